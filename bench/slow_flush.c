/* A disk that takes 2 ms more for each durable flush: loaded before the program by the benchmark (LD_PRELOAD), so that the
 * program itself needs no such switch. gcc -O2 -shared -fPIC -o slow_flush.so slow_flush.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_two_milliseconds(void) {
    struct timespec left = { .tv_sec = 0, .tv_nsec = 2000000 };
    while (nanosleep(&left, &left) != 0) { }
}

int fsync(int file) {
    static int (*flush)(int);
    if (!flush) flush = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    wait_two_milliseconds();
    return flush(file);
}

int fdatasync(int file) {
    static int (*flush)(int);
    if (!flush) flush = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    wait_two_milliseconds();
    return flush(file);
}
