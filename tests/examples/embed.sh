#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# embed.sh PROGRAM CASE: what examples/embed.c prints of the sale.
want='price: p24
handover: june
Print shop gets 55
Publisher gets 60'
got=$("$1" "$2") || exit 1
[ "$got" = "$want" ] || { printf 'printed:\n%s\nexpected:\n%s\n' "$got" "$want"; exit 1; }
