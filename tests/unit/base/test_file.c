/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files: bounds, and what is never written over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/sha256.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int enter_folder(void **state)
{
    char *folder = strdup("/tmp/winset-file-XXXXXX");
    *state = folder;
    return folder && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", (char *)*state);
    free(*state);
    return system(command);
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *folder = opendir(".");
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static void assert_holds(const char *path, const char *text)
{
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(ws__read_file(&bytes, &length, path, 1000, NULL), WS_OK);
    assert_int_equal(length, strlen(text));
    assert_string_equal(bytes, text);
    free(bytes);
}

static void a_file_that_exists_is_kept_without_force(void **state)
{
    (void)state;
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws__write_file("a", "one", 3, false, 0, NULL, diag), WS_OK);
    assert_int_equal(ws__write_file("a", "two", 3, false, 0, NULL, diag), WS_USAGE);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "--force"));
    assert_holds("a", "one");
    assert_int_equal(chmod("a", 0640), 0);
    assert_int_equal(ws__write_file("a", "two", 3, true, 0, NULL, diag), WS_OK);
    assert_holds("a", "two");
    struct stat facts;
    assert_int_equal(stat("a", &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
    ws_free_diag(diag);
    assert_int_equal(count_files(), 1);
}

static void an_input_is_never_written_over(void **state)
{
    (void)state;
    assert_int_equal(ws__write_file("in", "case", 4, false, 0, NULL, NULL), WS_OK);
    assert_int_equal(link("in", "hard"), 0);
    assert_int_equal(symlink("in", "soft"), 0);
    const char *const inputs[] = {"-", "missing", "./in"};
    assert_int_equal(ws__write_file("in", "x", 1, true, 3, inputs, NULL), WS_USAGE);
    assert_int_equal(ws__write_file("hard", "x", 1, true, 3, inputs, NULL), WS_USAGE);
    assert_int_equal(ws__write_file("soft", "x", 1, true, 3, inputs, NULL), WS_USAGE);
    assert_holds("in", "case");
    assert_int_equal(unlink("in") + unlink("hard") + unlink("soft"), 0);
}

static void what_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    size_t before = count_files();
    assert_int_equal(ws__write_file("no/such/folder", "x", 1, true, 0, NULL, NULL), WS_INVALID);
    assert_int_equal(ws__write_file(".", "x", 1, true, 0, NULL, NULL), WS_USAGE);
    assert_int_equal(ws__write_file("/dev/full", "x", 1, true, 0, NULL, NULL), WS_INVALID);
    assert_int_equal(ws__write_file("/dev/null", "x", 1, false, 0, NULL, NULL), WS_OK);
    assert_int_equal(count_files(), before);
}

static void a_file_past_its_bound_is_refused(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(ws__write_file("ten", "0123456789", 10, false, 0, NULL, NULL), WS_OK);
    assert_int_equal(ws__read_file(&bytes, &length, "ten", 9, NULL), WS_LIMIT);
    assert_int_equal(ws__read_file(&bytes, &length, "/dev/zero", 100000, NULL), WS_LIMIT);
    assert_int_equal(ws__read_file(&bytes, &length, ".", 9, NULL), WS_INVALID);
    assert_int_equal(ws__read_file(&bytes, &length, "missing", 9, NULL), WS_INVALID);
    assert_null(bytes);
    assert_int_equal(ws__read_file(&bytes, &length, "ten", 10, NULL), WS_OK);
    free(bytes);
    assert_int_equal(unlink("ten"), 0);
}

static void hashes_are_the_standards(void **state)
{
    (void)state;
    char out[65];
    ws__sha256(out, "", 0);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ws__sha256(out, "abc", 3);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ws__sha256(out, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
    assert_string_equal(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    ws__sha256(out, million, 1000000);
    free(million);
    assert_string_equal(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_exists_is_kept_without_force),
        cmocka_unit_test(an_input_is_never_written_over),
        cmocka_unit_test(what_cannot_be_written_leaves_nothing),
        cmocka_unit_test(a_file_past_its_bound_is_refused),
        cmocka_unit_test(hashes_are_the_standards),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
