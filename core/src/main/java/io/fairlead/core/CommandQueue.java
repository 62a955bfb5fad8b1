package io.fairlead.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The way into the loop: any thread submits, the loop thread executes and completes. Bounded; what does not fit fails at
 * once.
 */
final class CommandQueue {
    private static final int LIMIT = 1024;

    private final ManyToOneConcurrentArrayQueue<Command<?>> queue = new ManyToOneConcurrentArrayQueue<>(LIMIT);
    private final Runnable wakeup;
    private volatile RuntimeException closedBy;

    private record Command<T>(Supplier<T> action, CompletableFuture<T> result) {
        void execute() {
            try {
                result.complete(action.get());
            } catch (final RuntimeException e) {
                result.completeExceptionally(e);
            } catch (final Throwable e) { // an Error stops the loop, and who waits for the result shall know
                result.completeExceptionally(e);
                throw e;
            }
        }
    }

    CommandQueue(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /** Have the loop do something. <b>Thread safe.</b> */
    <T> CompletableFuture<T> submit(Supplier<T> action) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        if (!queue.offer(new Command<>(action, result))) {
            result.completeExceptionally(new RejectedExecutionException(LIMIT + " commands are waiting already"));
            return result;
        }
        if (closedBy == null) {
            wakeup.run();
        } else {
            // The loop may have looked for the last time before the offer.
            failAll();
        }
        return result;
    }

    /** Execute what waits. <b>Owned by the loop thread.</b> @return how many commands there were. */
    int execute() {
        int count = 0;
        Command<?> command = queue.poll();
        while (command != null) {
            command.execute();
            count++;
            command = queue.poll();
        }
        return count;
    }

    /** Fail what waits and what comes. <b>Owned by the loop thread.</b> */
    void close(RuntimeException cause) {
        closedBy = cause;
        failAll();
    }

    /** After the close there is no one consumer any more, so consumers take turns. */
    private synchronized void failAll() {
        Command<?> command = queue.poll();
        while (command != null) {
            command.result().completeExceptionally(closedBy);
            command = queue.poll();
        }
    }
}
