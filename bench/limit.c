/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times the hand-written kernel alone, on one core: prints one line of JSON. */
#include "limit_kernel.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    static recipe r;
    make_recipe(&r, 2, argc > 1 ? atoi(argv[1]) : 9, 0.5);
    limit_scale scale = {{100000, 100000}};
    limit_result result = {0};
    const char *isa;
    limit_fn *limit = choose_limit(&isa);
    double best = 1e300;
    for (int i = 0; i < 5; i++) {
        double started = processor_seconds();
        limit(&result, &r, &scale);
        double taken = processor_seconds() - started;
        best = taken < best ? taken : best;
    }
    printf("{\"bench\": \"limit\", \"isa\": \"%s\", \"outcomes\": %llu, \"acceptable\": %llu, "
           "\"outcomes_per_second\": %.4g}\n",
           isa, (unsigned long long)result.outcomes, (unsigned long long)result.acceptable,
           (double)result.outcomes / best);
    return 0;
}
