/*
 * The least that forwards TCP on Linux with epoll: what a balancer costs beyond this is its own. One thread; accepts, connects to
 * one backend on 127.0.0.1, moves bytes. SPDX-License-Identifier: Apache-2.0
 *
 *   cc -O2 -Wall -Wextra -Werror -o forwarder forwarder.c
 *   ./forwarder [--splice] [--buffer BYTES] LISTEN_PORT BACKEND_PORT
 *
 * Bytes are read into one buffer for all connections and written at once; only what the sink does not take is kept, for its
 * direction, and then the source is not read until it is gone. With --splice bytes go from socket to socket through a pipe, kept per
 * direction once it is needed, and never reach this process's memory.
 *
 * Level-triggered: interest changes only when a sink is full, which small messages never see, and a socket is read once for an event,
 * so that a busy one cannot starve the others. Edge-triggered would need a second read each time, to see that nothing is left.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, EVENT_LIMIT = 256, ACCEPT_LIMIT = 64, CLIENT = 0, BACKEND = 1 };

struct pair;

/* A socket, and what was read from it that its peer has not taken yet. */
struct end {
    struct pair *pair;
    int socket;
    uint32_t interest;
    char *kept;          /* without --splice: kept[sent..length) waits, NULL if nothing does */
    size_t sent, length; /* with --splice: length bytes wait in the pipe */
    int pipe[2];
    bool end_seen, end_passed;
};

struct pair {
    struct end ends[2];
    bool is_connected, is_closed;
    struct pair *next_closed;
};

static int poller;
static int listener;
static struct sockaddr_in backend;
static size_t buffer_length = 64 * 1024;
static char *buffer;
static bool is_splicing;
static struct pair *closed;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static size_t number(const char *text, size_t limit) {
    char *rest;
    unsigned long value = strtoul(text, &rest, 10);
    if (*text == '\0' || *rest != '\0' || value == 0 || value > limit) {
        fprintf(stderr, "forwarder: %s is not a number from 1 to %zu\n", text, limit);
        exit(2);
    }
    return value;
}

static struct end *other(struct end *end) {
    return &end->pair->ends[end == &end->pair->ends[CLIENT] ? BACKEND : CLIENT];
}

static void set_nodelay(int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* The pair is freed behind the batch of events: a later one may be about its other socket. */
static void close_pair(struct pair *pair) {
    if (pair->is_closed) {
        return;
    }
    pair->is_closed = true;
    pair->next_closed = closed;
    closed = pair;
    for (int i = 0; i < 2; i++) {
        struct end *end = &pair->ends[i];
        close(end->socket);
        if (end->pipe[0] >= 0) {
            close(end->pipe[0]);
            close(end->pipe[1]);
        }
        free(end->kept);
    }
}

/* An abort of one side is an abort of the other: a closed socket without lingering sends a reset. */
static void reset_pair(struct pair *pair) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    for (int i = 0; i < 2; i++) {
        setsockopt(pair->ends[i].socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }
    close_pair(pair);
}

/* Read interest while nothing of this end waits and it has not ended, write interest while something of the other's does. */
static void update_interest(struct end *end) {
    uint32_t interest = 0;
    if (end->length == 0 && !end->end_seen) {
        interest |= EPOLLIN;
    }
    if (other(end)->length > 0) {
        interest |= EPOLLOUT;
    }
    if (interest != end->interest) {
        struct epoll_event event = {.events = interest, .data.ptr = end};
        end->interest = interest;
        if (epoll_ctl(poller, EPOLL_CTL_MOD, end->socket, &event) < 0) {
            fail("epoll_ctl");
        }
    }
}

/* The source has ended and nothing of it waits: pass its FIN on, and close behind the second one. */
static void pass_end(struct end *source) {
    struct end *sink = other(source);
    if (!source->end_seen || source->end_passed || source->length > 0) {
        return;
    }
    source->end_passed = true;
    shutdown(sink->socket, SHUT_WR);
    if (sink->end_passed) {
        close_pair(source->pair);
    }
}

static bool would_block(void) {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Keep what the sink did not take. */
static void keep(struct end *source, const char *bytes, size_t length) {
    source->kept = malloc(length);
    if (source->kept == NULL) {
        fail("malloc");
    }
    memcpy(source->kept, bytes, length);
    source->sent = 0;
    source->length = length;
}

/* Write what waits of a source. */
static void flush_end(struct end *source) {
    struct end *sink = other(source);
    ssize_t written;
    if (is_splicing) {
        written = splice(
                source->pipe[0], NULL, sink->socket, NULL, source->length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    } else {
        written = send(sink->socket, source->kept + source->sent, source->length, MSG_NOSIGNAL);
    }
    if (written < 0 && !would_block()) {
        reset_pair(source->pair);
        return;
    }
    if (written > 0) {
        source->sent += written;
        source->length -= written;
    }
    if (source->length == 0 && source->kept != NULL) {
        free(source->kept);
        source->kept = NULL;
    }
}

static ssize_t read_end(struct end *source) {
    if (!is_splicing) {
        return recv(source->socket, buffer, buffer_length, 0);
    }
    if (source->pipe[0] < 0) {
        if (pipe2(source->pipe, O_NONBLOCK) < 0) {
            fail("pipe2");
        }
        /* Without the privilege for a larger one it stays as it is. */
        (void)fcntl(source->pipe[1], F_SETPIPE_SZ, (int)buffer_length);
    }
    return splice(source->socket, NULL, source->pipe[1], NULL, buffer_length, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

static void on_readable(struct end *source) {
    struct end *sink = other(source);
    ssize_t length = read_end(source);
    if (length < 0) {
        if (!would_block()) {
            reset_pair(source->pair);
        }
        return;
    }
    if (length == 0) {
        source->end_seen = true;
    } else if (is_splicing) {
        source->length = length;
        flush_end(source);
    } else {
        ssize_t written = send(sink->socket, buffer, length, MSG_NOSIGNAL);
        if (written < 0 && !would_block()) {
            reset_pair(source->pair);
            return;
        }
        written = written < 0 ? 0 : written;
        if (written < length) {
            keep(source, buffer + written, length - written);
        }
    }
}

static void after(struct end *end) {
    for (int i = 0; i < 2 && !end->pair->is_closed; i++) {
        pass_end(&end->pair->ends[i]);
    }
    for (int i = 0; i < 2 && !end->pair->is_closed; i++) {
        update_interest(&end->pair->ends[i]);
    }
}

static void add(struct end *end, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data.ptr = end};
    end->interest = interest;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, end->socket, &event) < 0) {
        fail("epoll_ctl");
    }
}

/* The backend is connected, or not: only then is the client read. */
static void on_connected(struct pair *pair) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(pair->ends[BACKEND].socket, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) {
        reset_pair(pair);
        return;
    }
    pair->is_connected = true;
    update_interest(&pair->ends[BACKEND]);
    add(&pair->ends[CLIENT], EPOLLIN);
}

static void open_pair(int client) {
    struct pair *pair = calloc(1, sizeof *pair);
    int connecting = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (pair == NULL || connecting < 0) {
        fail("out of resources");
    }
    set_nodelay(client);
    set_nodelay(connecting);
    pair->ends[CLIENT] = (struct end){.pair = pair, .socket = client, .pipe = {-1, -1}};
    pair->ends[BACKEND] = (struct end){.pair = pair, .socket = connecting, .pipe = {-1, -1}};
    if (connect(connecting, (struct sockaddr *)&backend, sizeof backend) < 0 && errno != EINPROGRESS) {
        reset_pair(pair);
        return;
    }
    add(&pair->ends[BACKEND], EPOLLOUT);
}

static void accept_some(void) {
    for (int i = 0; i < ACCEPT_LIMIT; i++) {
        int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (client >= 0) {
            open_pair(client);
        } else if (would_block() || errno == ECONNABORTED) {
            return;
        } else {
            fail("accept4");
        }
    }
}

static void on_event(struct end *end, uint32_t events) {
    struct pair *pair = end->pair;
    if (pair->is_closed) {
        return;
    }
    if (!pair->is_connected) {
        on_connected(pair);
        return;
    }
    if ((events & EPOLLERR) != 0) {
        reset_pair(pair);
        return;
    }
    if ((events & EPOLLOUT) != 0 && other(end)->length > 0) {
        flush_end(other(end));
    }
    if (!pair->is_closed && (events & (EPOLLIN | EPOLLHUP)) != 0 && end->length == 0 && !end->end_seen) {
        on_readable(end);
    }
    if (!pair->is_closed) {
        after(end);
    }
}

static void listen_on(uint16_t port) {
    int on = 1;
    struct sockaddr_in address = {
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0
            || listen(listener, BACKLOG) < 0) {
        fail("listen");
    }
    poller = epoll_create1(0);
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) {
        fail("epoll");
    }
}

static void run(void) {
    struct epoll_event events[EVENT_LIMIT];
    for (;;) {
        int count = epoll_wait(poller, events, EVENT_LIMIT, -1);
        if (count < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                accept_some();
            } else {
                on_event(events[i].data.ptr, events[i].events);
            }
        }
        while (closed != NULL) {
            struct pair *next = closed->next_closed;
            free(closed);
            closed = next;
        }
    }
}

int main(int argc, char **argv) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--splice") == 0) {
            is_splicing = true;
        } else if (strcmp(argv[i], "--buffer") == 0 && i + 1 < argc) {
            buffer_length = number(argv[++i], 1 << 30);
        } else {
            break;
        }
    }
    if (argc - i != 2 || argv[i][0] == '-') {
        fprintf(stderr, "usage: forwarder [--splice] [--buffer BYTES] LISTEN_PORT BACKEND_PORT\n");
        return 2;
    }
    /* splice has no MSG_NOSIGNAL. */
    signal(SIGPIPE, SIG_IGN);
    uint16_t port = number(argv[i], 65535);
    backend = (struct sockaddr_in){.sin_family = AF_INET,
                                   .sin_port = htons(number(argv[i + 1], 65535)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    buffer = malloc(buffer_length);
    if (buffer == NULL) {
        fail("malloc");
    }
    listen_on(port);
    printf("forwarder listening on 127.0.0.1:%u\n", port);
    fflush(stdout);
    run();
}
