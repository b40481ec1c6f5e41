/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C and progress. The one place with state of its own: a signal handler can reach nothing else, and a
 * process has one terminal. */
#include "cli/progress.h"

#include "base/tasks.h"
#include "base/text.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_bool interrupted;
static atomic_bool shown;
static atomic_flag drawing = ATOMIC_FLAG_INIT;
static _Atomic double started, drawn;

static void take_signal(int signal)
{
    (void)signal;
    atomic_store(&interrupted, true);
}

static bool is_cancelled(void *user)
{
    (void)user;
    return atomic_load_explicit(&interrupted, memory_order_relaxed);
}

static void say_seconds(ws_text *out, double seconds)
{
    if (seconds < 90)
        ws__add_format(out, "%.0f s", seconds);
    else if (seconds < 5400)
        ws__add_format(out, "%.0f min", seconds / 60);
    else
        ws__add_format(out, "%.1f h", seconds / 3600);
}

static void show_progress(void *user, const char *what, double done, double total)
{
    (void)user;
    double now = ws__now(), spent = now - atomic_load(&started);
    if (spent < 0.5 || now - atomic_load(&drawn) < 0.1 || atomic_flag_test_and_set(&drawing))
        return;
    WS_TEXT(line);
    ws__add_format(&line, "\r\x1b[K%s", what ? what : "working");
    if (total > 0)
        ws__add_format(&line, ": %.0f%%", 100 * done / total);
    if (done > 0)
        ws__add_format(&line, ", %.3g a second", done / spent);
    if (total > 0 && done > 0) {
        ws__add_text(&line, ", ");
        say_seconds(&line, spent * (total - done) / done);
        ws__add_text(&line, " left");
    }
    if (line.bytes && !line.failed) {
        fputs(line.bytes, stderr);
        fflush(stderr);
        atomic_store(&shown, true);
    }
    atomic_store(&drawn, now);
    atomic_flag_clear(&drawing);
}

void ws__watch_run(ws_run *run, bool quiet)
{
    struct sigaction action = {.sa_handler = take_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    atomic_store(&started, ws__now());
    run->cancelled = is_cancelled;
    run->progress = !quiet && isatty(STDERR_FILENO) ? show_progress : NULL;
}

void ws__clear_progress(void)
{
    if (atomic_exchange(&shown, false)) {
        fputs("\r\x1b[K", stderr);
        fflush(stderr);
    }
}
