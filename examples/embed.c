/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Nash deal of a case, from a program of one's own: cc embed.c $(pkg-config --cflags --libs winset) */
#include <winset/winset.h>

#include <stdio.h>

static void print_deal(const ws_case *c, const ws_outcome *deal)
{
    if (deal->index == WS_NO_OUTCOME) {
        puts("no deal is acceptable");
        return;
    }
    for (size_t i = 0; i < ws_count_issues(c); i++)
        printf("%s: %s\n", ws_issue_key(c, i), ws_level_key(c, i, deal->levels[i]));
    for (size_t p = 0; p < ws_count_parties(c); p++)
        printf("%s gets %g\n", ws_party_name(c, p), deal->u[p]);
}

int main(int argc, char **argv)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_space *space = NULL;
    ws_analysis *analysis = NULL;
    ws_status status = ws_read_case(&c, argc > 1 ? argv[1] : "-", NULL, diag);
    if (status == WS_OK)
        status = ws_compile_space(&space, c, NULL, diag);
    if (status == WS_OK && (status = ws_analyze_space(&analysis, space, NULL, NULL, diag)) == WS_OK)
        print_deal(c, &analysis->solutions[WS_SOLUTION_NASH]);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        fprintf(stderr, "%s\n", ws_get_problem(diag, i)->message);
    ws_free_analysis(analysis);
    ws_free_space(space);
    ws_free_case(c);
    ws_free_diag(diag);
    return (int)status;
}
