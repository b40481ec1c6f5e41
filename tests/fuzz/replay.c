/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives a fuzz target each file of a folder, and each of its halves: without libFuzzer, as a plain test. */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int main(int argc, char **argv)
{
    DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "no folder of seeds\n");
        return 1;
    }
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        char *bytes = NULL;
        size_t length = 0;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (entry->d_name[0] == '.' || ws__read_file(&bytes, &length, path, 1 << 24, NULL) != WS_OK)
            continue;
        LLVMFuzzerTestOneInput((const unsigned char *)bytes, length);
        LLVMFuzzerTestOneInput((const unsigned char *)bytes, length / 2);
        LLVMFuzzerTestOneInput((const unsigned char *)bytes + length / 2, length - length / 2);
        free(bytes);
        count++;
    }
    closedir(folder);
    printf("%zu seeds\n", count);
    return count ? 0 : 1;
}
