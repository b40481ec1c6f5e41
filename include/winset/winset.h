/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file The whole public interface of winset, one header a room. */
#ifndef WINSET_WINSET_H
#define WINSET_WINSET_H

#include "winset/base.h"
#include "winset/case.h"
#include "winset/format.h"
#include "winset/space.h"
#include "winset/analysis.h"
#include "winset/monitor.h"
#include "winset/power.h"
#include "winset/ratify.h"
#include "winset/game.h"
#include "winset/report.h"

#endif
