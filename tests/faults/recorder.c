/* Records, in order, everything a program does to the files of one folder, and what it says.
 *
 * Loaded into the program with LD_PRELOAD, it stands between the program and the C library: each
 * call is passed on as it is, and what it did is appended to a log. From the log, recording.py
 * and disk.py build the folder as a power cut at any point could have left it.
 *
 *   RECORD_FOLDER  absolute path of the folder, with no symbolic link in it and no slash at its end
 *   RECORD_LOG     the log; outside of the folder
 *
 * An entry is a head (struct head) and then `first` and `second` bytes. What is written to the
 * standard output is recorded too, BEFORE it is passed on: whoever reads "saved" there can be sure
 * that the log says so. The index of a journal (-shm) is shared memory that SQLite makes anew
 * after a cut; it is left out.
 *
 * It must never change what the program does, and must never miss a write: recording.py checks
 * that the log, played to its end, gives exactly the folder that is on the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "this recorder is written for 64-bit systems");

enum { MOST_DESCRIPTORS = 4096, LONGEST_PATH = 4096, STANDARD_OUTPUT = 1 };

enum kind {
    CREATED = 'C',     /* file, first = name */
    OPENED = 'O',      /* file, first = name; it was there before */
    WROTE = 'W',       /* file, at = offset, first = bytes */
    CUT_TO = 'T',      /* file, at = length */
    GREW_TO = 'G',     /* file, at = length it has at least */
    SYNCED = 'S',      /* file */
    NAMES_SYNCED = 'N',
    RENAMED = 'R',     /* first = name, second = new name */
    LINKED = 'L',      /* first = name, second = further name */
    UNLINKED = 'U',    /* first = name */
    SAID = 'P',        /* first = bytes on the standard output */
};

struct head {
    uint64_t kind, file, at, first, second; /* file = inode number */
};

/* What a descriptor stands for: 0 nothing of ours, FOLDER the folder itself, else an inode. */
#define FOLDER UINT64_MAX
static uint64_t stands_for[MOST_DESCRIPTORS];
static char folder[LONGEST_PATH];
static size_t folder_length;
static int log_descriptor = -1;
/* Held across a call and its entry, so that the log has the order in which things happened. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, name, ...)                                     \
    static result (*real)(__VA_ARGS__);                             \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t pass_on_write(int descriptor, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(descriptor, bytes, length);
}

static void stop(const char *why) {
    dprintf(2, "recorder: %s\n", why);
    _exit(97); /* a recording with a hole in it proves nothing */
}

static void append(const void *bytes, size_t length) {
    const char *rest = bytes;
    while (length > 0) {
        ssize_t written = pass_on_write(log_descriptor, rest, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) stop("the log cannot be written");
        rest += written;
        length -= (size_t)written;
    }
}

static void record(enum kind kind, uint64_t file, uint64_t at, const void *first,
                   size_t first_length, const void *second, size_t second_length) {
    if (log_descriptor < 0) return;
    int error = errno;
    struct head head = {(uint64_t)kind, file, at, first_length, second_length};
    append(&head, sizeof head);
    append(first, first_length);
    append(second, second_length);
    errno = error;
}

/* The part of an absolute path below the folder, or NULL. The index of a journal is not ours. */
static const char *name_below(const char *path) {
    if (log_descriptor < 0 || !path || strncmp(path, folder, folder_length) != 0) return NULL;
    if (path[folder_length] != '/') return NULL;
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
    return path + folder_length + 1;
}

static uint64_t ours(int descriptor) {
    if (descriptor < 0 || descriptor >= MOST_DESCRIPTORS) return 0;
    return stands_for[descriptor];
}

static uint64_t our_file(int descriptor) {
    uint64_t file = ours(descriptor);
    return file == FOLDER ? 0 : file;
}

__attribute__((constructor)) static void begin(void) {
    const char *wanted = getenv("RECORD_FOLDER"), *log = getenv("RECORD_LOG");
    if (!wanted || !log) return;
    folder_length = strlen(wanted);
    if (folder_length >= sizeof folder) stop("the path of the folder is too long");
    memcpy(folder, wanted, folder_length + 1);
    REAL(int, "open", const char *, int, ...);
    log_descriptor = real(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_descriptor < 0) stop("the log cannot be opened");
}

/* --- opening and closing ------------------------------------------------------------------ */

static void note_opened(int descriptor, int flags, int was_there) {
    if (descriptor < 0 || log_descriptor < 0 || descriptor == log_descriptor) return;
    char link[64], path[LONGEST_PATH];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = '\0';
    const char *name = name_below(path);
    int is_folder = strcmp(path, folder) == 0;
    if (!name && !is_folder) return;
    if (descriptor >= MOST_DESCRIPTORS) stop("too many open files");
    if (is_folder) {
        stands_for[descriptor] = FOLDER;
        return;
    }
    struct stat status;
    if (fstat(descriptor, &status) != 0) stop("a file that was opened has no status");
    stands_for[descriptor] = status.st_ino;
    record(was_there ? OPENED : CREATED, status.st_ino, 0, name, strlen(name), NULL, 0);
    if (flags & O_TRUNC) record(CUT_TO, status.st_ino, 0, NULL, 0, NULL, 0);
}

#define MODE_OF(flags)                                              \
    mode_t mode = 0;                                                \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                          \
        va_list given;                                              \
        va_start(given, flags);                                     \
        mode = (mode_t)va_arg(given, int);                          \
        va_end(given);                                              \
    }

static int open_at(int at, const char *path, int flags, mode_t mode) {
    REAL(int, "openat", int, const char *, int, ...);
    pthread_mutex_lock(&turn);
    int error = errno;
    struct stat status;
    int was_there = fstatat(at, path, &status, 0) == 0;
    errno = error;
    int descriptor = real(at, path, flags, mode);
    error = errno;
    note_opened(descriptor, flags, was_there);
    errno = error;
    pthread_mutex_unlock(&turn);
    return descriptor;
}

int open(const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(at, path, flags, mode);
}

int close(int descriptor) {
    REAL(int, "close", int);
    pthread_mutex_lock(&turn);
    if (ours(descriptor)) stands_for[descriptor] = 0;
    int result = real(descriptor);
    pthread_mutex_unlock(&turn);
    return result;
}

/* --- writing ------------------------------------------------------------------------------ */

ssize_t write(int descriptor, const void *bytes, size_t length) {
    pthread_mutex_lock(&turn);
    if (descriptor == STANDARD_OUTPUT) record(SAID, 0, 0, bytes, length, NULL, 0);
    uint64_t file = our_file(descriptor);
    ssize_t written = pass_on_write(descriptor, bytes, length);
    if (file && written > 0) { /* the place is known after the write, whatever O_APPEND does */
        off_t end = lseek(descriptor, 0, SEEK_CUR);
        record(WROTE, file, (uint64_t)(end - written), bytes, (size_t)written, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return written;
}

static ssize_t write_at(int descriptor, const void *bytes, size_t length, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    pthread_mutex_lock(&turn);
    ssize_t written = real(descriptor, bytes, length, at);
    uint64_t file = our_file(descriptor);
    if (file && written > 0) record(WROTE, file, (uint64_t)at, bytes, (size_t)written, NULL, 0);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t at) {
    return write_at(descriptor, bytes, length, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t at) {
    return write_at(descriptor, bytes, length, at);
}

/* A part of a gathered write may be written alone: the caller then sees how far it came. */
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (count > 0 && (ours(descriptor) || descriptor == STANDARD_OUTPUT))
        return write(descriptor, parts[0].iov_base, parts[0].iov_len);
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return real(descriptor, parts, count);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t at) {
    if (count > 0 && ours(descriptor))
        return write_at(descriptor, parts[0].iov_base, parts[0].iov_len, at);
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
    return real(descriptor, parts, count, at);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t at) {
    return pwritev(descriptor, parts, count, at);
}

static int cut_to(int descriptor, off_t length) {
    REAL(int, "ftruncate", int, off_t);
    pthread_mutex_lock(&turn);
    int result = real(descriptor, length);
    uint64_t file = our_file(descriptor);
    if (file && result == 0) record(CUT_TO, file, (uint64_t)length, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int ftruncate(int descriptor, off_t length) { return cut_to(descriptor, length); }
int ftruncate64(int descriptor, off64_t length) { return cut_to(descriptor, length); }

static int make_room(int descriptor, off_t at, off_t length) {
    REAL(int, "posix_fallocate", int, off_t, off_t);
    pthread_mutex_lock(&turn);
    int result = real(descriptor, at, length);
    uint64_t file = our_file(descriptor);
    if (file && result == 0) record(GREW_TO, file, (uint64_t)(at + length), NULL, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int posix_fallocate(int descriptor, off_t at, off_t length) {
    return make_room(descriptor, at, length);
}

int posix_fallocate64(int descriptor, off64_t at, off64_t length) {
    return make_room(descriptor, at, length);
}

/* --- waiting for the disk ----------------------------------------------------------------- */

static int sync_with(int (*real)(int), int descriptor) {
    pthread_mutex_lock(&turn);
    int result = real(descriptor);
    uint64_t file = ours(descriptor);
    if (file == FOLDER && result == 0) record(NAMES_SYNCED, 0, 0, NULL, 0, NULL, 0);
    else if (file && result == 0) record(SYNCED, file, 0, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int fsync(int descriptor) {
    REAL(int, "fsync", int);
    return sync_with(real, descriptor);
}

int fdatasync(int descriptor) {
    REAL(int, "fdatasync", int);
    return sync_with(real, descriptor);
}

/* --- names -------------------------------------------------------------------------------- */

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    pthread_mutex_lock(&turn);
    int result = real(path);
    const char *name = name_below(path);
    if (name && result == 0) record(UNLINKED, 0, 0, name, strlen(name), NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

static int name_again(enum kind kind, int (*real)(const char *, const char *), const char *from,
                      const char *to) {
    pthread_mutex_lock(&turn);
    int result = real(from, to);
    int error = errno;
    const char *name = name_below(from), *other = name_below(to);
    if (result == 0 && (name || other)) {
        if (!name || !other) stop("a file came into the folder, or left it, under its own name");
        record(kind, 0, 0, name, strlen(name), other, strlen(other));
    }
    errno = error;
    pthread_mutex_unlock(&turn);
    return result;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return name_again(RENAMED, real, from, to);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return name_again(LINKED, real, from, to);
}
