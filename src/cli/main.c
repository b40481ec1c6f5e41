/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "winset/base.h"

#include <stdio.h>

int main(void)
{
    printf("winset %s\n", ws_version());
    return 0;
}
