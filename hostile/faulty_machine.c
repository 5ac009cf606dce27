/* A machine that fails when it is told to: loaded before the program by the hostile suite (LD_PRELOAD), so that the program
 * itself needs no such switch. What fails stands in the file that FAULTY_MACHINE names, one word at its beginning:
 *   full     no file can grow: writing answers ENOSPC
 *   flush    nothing becomes durable: fsync and fdatasync answer EIO
 *   clock N  the wall's clock is N seconds ahead (behind, when N is negative)
 * gcc -O2 -shared -fPIC -o faulty_machine.so faulty_machine.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void told(char *into, size_t size) {
    int kept = errno;
    const char *name = getenv("FAULTY_MACHINE");
    into[0] = 0;
    int file = name ? (int) syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        long got = syscall(SYS_read, file, into, size - 1);
        into[got > 0 ? got : 0] = 0;
        syscall(SYS_close, file);
    }
    errno = kept;
}

static int is(const char *word) {
    char text[64];
    told(text, sizeof text);
    return strncmp(text, word, strlen(word)) == 0;
}

static int full(int file) {
    struct stat found;
    if (fstat(file, &found) != 0 || !S_ISREG(found.st_mode) || !is("full")) return 0;
    errno = ENOSPC;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return full(file) ? -1 : real(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return full(file) ? -1 : real(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return full(file) ? -1 : real(file, bytes, size, at);
}

int ftruncate(int file, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    return full(file) ? -1 : real(file, size);
}

int ftruncate64(int file, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    return full(file) ? -1 : real(file, size);
}

int posix_fallocate(int file, off_t at, off_t size) {
    REAL(int, "posix_fallocate", int, off_t, off_t);
    return full(file) ? ENOSPC : real(file, at, size);
}

int fsync(int file) {
    REAL(int, "fsync", int);
    if (is("flush")) { errno = EIO; return -1; }
    return real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    if (is("flush")) { errno = EIO; return -1; }
    return real(file);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    long done = syscall(SYS_clock_gettime, clock, at);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        char text[64];
        told(text, sizeof text);
        if (strncmp(text, "clock ", 6) == 0) at->tv_sec += atol(text + 6);
    }
    return (int) done;
}
