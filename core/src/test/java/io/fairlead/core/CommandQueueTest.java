package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CommandQueueTest {
    private static final int LIMIT = 1024;

    private final AtomicInteger wakeupCount = new AtomicInteger();
    private final CommandQueue queue = new CommandQueue(wakeupCount::incrementAndGet);
    private final IllegalStateException closed = new IllegalStateException("closed for the test");

    @Test
    void shouldCompleteInOrderWhenExecuted() {
        final List<Integer> order = new ArrayList<>();
        final List<CompletableFuture<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final int number = i;
            results.add(queue.submit(() -> order.add(number)));
        }
        assertEquals(5, wakeupCount.get());
        assertFalse(results.get(0).isDone());
        assertEquals(5, queue.execute());
        assertEquals(List.of(0, 1, 2, 3, 4), order);
        results.forEach(result -> assertTrue(result.join()));
        assertEquals(0, queue.execute());
    }

    @Test
    void shouldFailOnlyThatCommandWhenActionThrows() {
        final IllegalArgumentException wrong = new IllegalArgumentException("wrong");
        final CompletableFuture<String> failed = queue.submit(() -> {
            throw wrong;
        });
        final CompletableFuture<String> fine = queue.submit(() -> "fine");
        assertEquals(2, queue.execute());
        assertSame(wrong, assertThrows(CompletionException.class, failed::join).getCause());
        assertEquals("fine", fine.join());
    }

    @Test
    void shouldFailCommandAndThrowWhenActionThrowsError() {
        final StackOverflowError error = new StackOverflowError("made for the test");
        final CompletableFuture<String> failed = queue.submit(() -> {
            throw error;
        });
        assertSame(error, assertThrows(StackOverflowError.class, queue::execute));
        assertTrue(failed.isDone(), "who waits for it is told");
        assertSame(error, assertThrows(CompletionException.class, failed::join).getCause());
    }

    @Test
    void shouldRejectAtOnceWhenTooManyWait() {
        final List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            waiting.add(queue.submit(() -> "done"));
        }
        final CompletableFuture<String> rejected = queue.submit(() -> "never");
        assertInstanceOf(
                RejectedExecutionException.class,
                assertThrows(CompletionException.class, rejected::join).getCause());
        assertEquals(LIMIT, queue.execute());
        waiting.forEach(result -> assertEquals("done", result.join()));
        final CompletableFuture<String> again = queue.submit(() -> "again");
        assertEquals(1, queue.execute());
        assertEquals("again", again.join());
    }

    @Test
    void shouldFailWhatWaitsAndWhatComesWhenClosed() {
        final CompletableFuture<String> waiting = queue.submit(() -> "never");
        queue.close(closed);
        assertSame(
                closed, assertThrows(CompletionException.class, waiting::join).getCause());
        final CompletableFuture<String> late = queue.submit(() -> "never");
        assertSame(closed, assertThrows(CompletionException.class, late::join).getCause());
    }

    @Test
    void shouldLeaveNoFutureOpenWhenManyThreadsSubmitDuringClose() throws Exception {
        for (int round = 0; round < 200; round++) {
            final CommandQueue raced = new CommandQueue(() -> {});
            final Queue<CompletableFuture<String>> results = new ConcurrentLinkedQueue<>();
            final List<CompletableFuture<Void>> submitters = new ArrayList<>();
            final CountDownLatch start = new CountDownLatch(1);
            for (int i = 0; i < 4; i++) {
                submitters.add(CompletableFuture.runAsync(() -> {
                    await(start);
                    for (int k = 0; k < 20; k++) {
                        results.add(raced.submit(() -> "done"));
                    }
                }));
            }
            start.countDown();
            raced.execute();
            raced.close(closed);
            for (final CompletableFuture<Void> submitter : submitters) {
                submitter.get(20, TimeUnit.SECONDS);
            }
            assertEquals(80, results.size());
            for (final CompletableFuture<String> result : results) {
                // Done or failed, but never open.
                assertTrue(result.isDone());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
