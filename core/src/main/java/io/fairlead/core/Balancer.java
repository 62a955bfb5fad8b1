package io.fairlead.core;

import io.fairlead.core.loop.ConnectionPage;
import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.status.Addresses;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.ConnectionListener;
import io.fairlead.core.status.NoticeListener;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;

/**
 * A balancer. {@link #launch} gives it a thread of its own, {@link #embed} leaves the driving to the caller. Several can
 * live in one JVM; they share nothing.
 *
 * <p>Commands (add, weigh, drain, remove a backend, look up a pin or connections, drain everything) can be given from any thread. Each
 * returns a future that the loop thread completes, so a dependent stage without an executor of its own runs there and must be
 * short; closing the balancer fails what is still open. A command beyond 1,024 that wait fails at once, with a {@link
 * java.util.concurrent.RejectedExecutionException}.
 *
 * <p><b>Thread safe</b>, but for {@link #doWork()} and {@link #doWork(long)}, which belong to the one thread that drives
 * an embedded balancer, as {@link #close()} then does, and for {@link #pollEvents()}, which belongs to one thread, any.
 */
public final class Balancer implements AutoCloseable {
    /** Most connections of one {@link #connections page}. */
    public static final int MAX_PAGE_LENGTH = 1000;

    private static final long IDLE_WAIT_NS = 100_000_000L;
    private static final int EVENTS_BETWEEN_NOTICES = 256;
    private static final long EVENT_JOIN_MS = 5_000;
    private static final long EVENT_WAIT_NS = 5_000_000L;
    private static final int ERROR_LOG_LENGTH = 256 * 1024;

    private final Settings settings;
    private final BalancerStatus status = new BalancerStatus();
    private final DistinctErrorLog errorLog;
    private final TransportChoice transportChoice;
    private final Transport transport;
    private final ForwardingLoop loop;
    private final CommandQueue commands;
    private final ConnectionListener listener;
    private final NoticeListener noticeListener;
    private final Consumer<Throwable> fatalHandler;
    private final List<CompletableFuture<Void>> drains = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<InetSocketAddress> listenAddresses;
    private Thread loopThread;
    private Thread eventThread;
    private volatile boolean isClosing;
    private volatile boolean hasFailed;

    private Balancer(BalancerContext context, TransportChoice choice) throws IOException {
        transportChoice = choice;
        transport = choice.transport();
        context.requireSocketOptionsTaken(choice);
        settings = context.conclude(JvmLimits.descriptorLimit(), JvmLimits.directLength(), transport.pipes() != null);
        JvmLimits.requireMemory(settings, ERROR_LOG_LENGTH);
        listener = context.connectionListener();
        noticeListener = context.noticeListener();
        fatalHandler = context.fatalHandler();
        errorLog = new DistinctErrorLog(
                new UnsafeBuffer(ByteBuffer.allocateDirect(ERROR_LOG_LENGTH)), SystemEpochClock.INSTANCE);
        commands = new CommandQueue(transport::wakeup);
        final NanoClock clock = context.clock();
        final long epochOffsetMs = SystemEpochClock.INSTANCE.time() - clock.nanoTime() / 1_000_000;
        loop = new ForwardingLoop(
                settings, transport, clock, epochOffsetMs, new SecureRandom().nextLong(), status, errorLog);
        loop.open();
        listenAddresses = boundAddresses();
        loop.listenerNames(listenAddresses.stream().map(Addresses::canonical).toList());
    }

    /**
     * Start a balancer on a thread of its own.
     *
     * @param context its settings.
     * @return running and listening.
     * @throws IOException if an address cannot be bound; {@link java.net.BindException} if it is in use, not permitted or
     *     not of this machine.
     * @throws IllegalArgumentException if a setting is wrong, or the JVM's direct memory does not suffice.
     * @throws UnsupportedOperationException if the context asks for a transport that there is none of here, or that a
     *     kernel or sandbox forbids.
     * @throws IllegalStateException if the JVM was started without the export that Agrona needs, or the context has a
     *     clock or a transport of its own: those need a caller who drives the loop.
     */
    public static Balancer launch(BalancerContext context) throws IOException {
        JvmLimits.requireExports();
        if (!context.isDrivenBySystem()) {
            throw new IllegalStateException("a balancer with a clock or transport of its own is to be embedded");
        }
        return launch(context, TransportChoice.of(context.transportKind(), context.socketOptions()));
    }

    static Balancer launch(BalancerContext context, Transport transport) throws IOException {
        return launch(context, TransportChoice.given(transport));
    }

    private static Balancer launch(BalancerContext context, TransportChoice choice) throws IOException {
        final Balancer balancer = create(context, choice);
        balancer.startThreads();
        return balancer;
    }

    /**
     * Make a balancer whose loop the caller drives with {@link #doWork()} or {@link #doWork(long)}.
     *
     * @param context its settings.
     * @return listening; nothing moves until it is driven.
     * @throws IOException if an address cannot be bound; {@link java.net.BindException} if it is in use, not permitted or
     *     not of this machine.
     * @throws IllegalArgumentException if a setting is wrong, or the JVM's direct memory does not suffice.
     * @throws UnsupportedOperationException if the context asks for a transport that there is none of here, or that a
     *     kernel or sandbox forbids.
     * @throws IllegalStateException if the JVM was started without the export that Agrona needs.
     */
    public static Balancer embed(BalancerContext context) throws IOException {
        JvmLimits.requireExports();
        return create(
                context,
                context.transport() == null
                        ? TransportChoice.of(context.transportKind(), context.socketOptions())
                        : TransportChoice.given(context.transport()));
    }

    private static Balancer create(BalancerContext context, TransportChoice choice) throws IOException {
        try {
            return new Balancer(context, choice);
        } catch (final IOException | RuntimeException e) {
            choice.transport().close();
            throw e;
        }
    }

    /**
     * One duty cycle that never blocks. For an embedded balancer, always from the same thread.
     *
     * @return how much was done; 0 if nothing.
     * @throws IllegalStateException if it is closed, was launched, or its selector broke.
     */
    public int doWork() {
        return doWork(0);
    }

    /**
     * One duty cycle. For an embedded balancer, always from the same thread, at least ten times a second for time-outs to
     * be noticed in time.
     *
     * @param timeoutNs how long to wait in the selector when there is nothing to do.
     * @return how much was done; 0 if nothing.
     * @throws IllegalStateException if it is closed, was launched, or its selector broke.
     */
    public int doWork(long timeoutNs) {
        if (loopThread != null && Thread.currentThread() != loopThread) {
            throw new IllegalStateException("a launched balancer drives itself");
        }
        if (isClosing) {
            throw new IllegalStateException("the balancer is closed");
        }
        int workCount = commands.execute();
        if (isClosing) {
            // A stage that depends on a command closed the balancer.
            return workCount;
        }
        try {
            workCount += loop.doWork(workCount > 0 ? 0 : timeoutNs);
        } catch (final IOException e) {
            throw new IllegalStateException("the selector broke", e);
        }
        completeDrains();
        return workCount;
    }

    /**
     * Hand waiting notices, and up to 256 connection events, to the context's listeners. For an embedded balancer, from one thread, any.
     *
     * @return how many there were.
     * @throws IllegalStateException if the balancer was launched: it has a thread for that.
     */
    public int pollEvents() {
        if (loopThread != null) {
            throw new IllegalStateException("a launched balancer tells its listener itself");
        }
        return poll();
    }

    /**
     * Where connections are accepted, with the ports that were picked.
     *
     * @return in the order of the context.
     */
    public List<InetSocketAddress> listenAddresses() {
        return listenAddresses;
    }

    /**
     * Which sockets this balancer uses.
     *
     * @return {@code epoll}, {@code nio}, or the class of one that was given.
     */
    public String transportName() {
        return transportChoice.name();
    }

    /**
     * Why it uses those.
     *
     * @return one clause, such as {@code epoll needs JDK 22 or newer, this is 17}.
     */
    public String transportReason() {
        return transportChoice.reason();
    }

    /**
     * Counters, causes and backends.
     *
     * @return a live view.
     */
    public BalancerStatus status() {
        return status;
    }

    /**
     * Slots in the connection table, which the process's descriptor limit may have made fewer than were asked for.
     *
     * @return the count.
     */
    public int connectionLimit() {
        return settings.connectionLimit();
    }

    /**
     * Add a backend.
     *
     * @param name its identity for hashing, metrics and commands; null for its canonical {@code address:port}.
     * @param address resolved.
     * @param weight its share relative to the others', at least 1.
     * @return completed when it takes connections; failed with an {@link IllegalArgumentException} if the name is taken
     *     or there are too many.
     * @throws IllegalArgumentException if the address is not resolved or has no port, or the name or weight is wrong.
     */
    public CompletableFuture<Void> addBackend(String name, InetSocketAddress address, int weight) {
        return addBackend(new BackendContext(address).name(name).weight(weight));
    }

    /**
     * Add a backend.
     *
     * @param added where it is and what is special about it.
     * @return completed when it is configured; failed with an {@link IllegalArgumentException} if the name is taken or there are
     *     too many.
     */
    public CompletableFuture<Void> addBackend(BackendContext added) {
        final Settings.BackendSettings settings = added.conclude();
        return commands.submit(() -> {
            loop.addBackend(settings);
            return null;
        });
    }

    /**
     * Have a backend take no new connections; the old ones live on, and its pins are not used.
     *
     * @param name its identity.
     * @return completed when it is so; failed with a {@link java.util.NoSuchElementException} for an unknown name.
     */
    public CompletableFuture<Void> drainBackend(String name) {
        return commands.submit(() -> {
            loop.drainBackend(name, true);
            return null;
        });
    }

    /**
     * Have a drained backend take connections again.
     *
     * @param name its identity.
     * @return completed when it is so; failed with a {@link java.util.NoSuchElementException} for an unknown name.
     */
    public CompletableFuture<Void> resumeBackend(String name) {
        return commands.submit(() -> {
            loop.drainBackend(name, false);
            return null;
        });
    }

    /**
     * Change a backend's weight. It counts from the next choice on: connections and pins stay where they are. Under
     * round-robin that is the first turn of a new round.
     *
     * @param name its identity.
     * @param weight its share relative to the others', at least 1.
     * @return completed when it is so; failed with a {@link java.util.NoSuchElementException} for an unknown name.
     * @throws IllegalArgumentException if the weight is wrong.
     */
    public CompletableFuture<Void> weighBackend(String name, int weight) {
        BalancerContext.requireWeight(weight);
        return commands.submit(() -> {
            loop.weighBackend(name, weight);
            return null;
        });
    }

    /**
     * Take a backend out of the set; its connections live on, its pins are forgotten.
     *
     * @param name its identity.
     * @return completed when it is so; failed with a {@link java.util.NoSuchElementException} for an unknown name.
     */
    public CompletableFuture<Void> removeBackend(String name) {
        return commands.submit(() -> {
            loop.removeBackend(name);
            return null;
        });
    }

    /**
     * What a client is pinned to.
     *
     * @param listenerIndex in the order of the context.
     * @param client its address.
     * @return completed with the backend's name, or empty if the client has no pin.
     */
    public CompletableFuture<Optional<String>> lookUpPin(int listenerIndex, InetAddress client) {
        return commands.submit(() -> Optional.ofNullable(loop.lookUpPin(listenerIndex, client)));
    }

    /**
     * Connections as they are now, for diagnosis: with round-trip times, retransmissions and what else the operating system
     * knows of both sides, on {@link TransportKind#EPOLL}. All are looked at page by page; the loop stands still for a
     * page, some milliseconds at the most, and connections come and go between two of them. A page may be empty and yet
     * not the last.
     *
     * @param firstSlot 0 for the first page, then {@link ConnectionPage#nextSlot()} of the one before.
     * @param limit most connections of the page, from 1 to {@link #MAX_PAGE_LENGTH}.
     * @return completed with the page.
     * @throws IllegalArgumentException if the slot is negative or the limit is wrong.
     */
    public CompletableFuture<ConnectionPage> connections(int firstSlot, int limit) {
        if (firstSlot < 0 || limit < 1 || limit > MAX_PAGE_LENGTH) {
            throw new IllegalArgumentException("a page begins with a slot from 0 on and has 1 to " + MAX_PAGE_LENGTH
                    + " connections, not slot " + firstSlot + " and " + limit);
        }
        return commands.submit(() -> loop.connections(firstSlot, limit));
    }

    /**
     * Stop accepting, for good.
     *
     * @return completed when the last connection has ended, which may be never: bound the wait, then {@link #close()}.
     */
    public CompletableFuture<Void> drain() {
        final CompletableFuture<Void> drained = new CompletableFuture<>();
        return commands.submit(() -> {
                    loop.stopAccepting();
                    drains.add(drained);
                    return null;
                })
                .thenCompose(ignored -> drained);
    }

    /**
     * The defects met. Each distinct one is kept once, with how often and when it was met.
     *
     * @param sinceMs only those met at or after this time, milliseconds since 1970; 0 for all.
     * @param consumer told of each, as text with its stack trace.
     * @return how many there were.
     */
    public int readErrors(long sinceMs, Consumer<String> consumer) {
        return ErrorLogReader.read(
                errorLog.buffer(),
                (count, first, last, text) -> consumer.accept("met " + count + " times: " + text),
                sinceMs);
    }

    /**
     * End every connection and give everything back. Open futures fail. Calling it again does nothing. A launched
     * balancer's threads have ended when this returns, unless it is called on one of them, the fatal handler still runs on
     * one, or the listener has not returned for five seconds.
     */
    @Override
    public void close() {
        if (loopThread == null) {
            if (!isClosing) {
                isClosing = true;
                closeLoop(null);
            }
            return;
        }
        isClosing = true;
        transport.wakeup();
        if (Thread.currentThread() != loopThread && Thread.currentThread() != eventThread) {
            awaitStopped();
        }
    }

    private void startThreads() {
        loopThread = new Thread(this::runLoop, "fairlead-loop");
        if (listener != null || noticeListener != null) {
            eventThread = new Thread(this::runEvents, "fairlead-events");
            eventThread.setDaemon(true);
            eventThread.start();
        }
        loopThread.start();
    }

    private void runLoop() {
        Throwable fatal = null;
        try {
            while (!isClosing) {
                doWork(IDLE_WAIT_NS);
            }
        } catch (final Throwable e) { // an Error too is told to the handler, which ends the process
            fatal = e;
        }
        isClosing = true;
        try {
            closeLoop(fatal);
        } catch (final RuntimeException e) {
            if (fatal == null) {
                fatal = e;
            } else {
                fatal.addSuppressed(e);
            }
        } finally {
            hasFailed = fatal != null;
            stopped.countDown();
        }
        if (fatal != null) {
            fatalHandler.accept(fatal);
        }
    }

    private void runEvents() {
        boolean isLast;
        int count;
        do {
            isLast = stopped.getCount() == 0;
            count = pollEventsContained();
            if (count == 0 && !isLast) {
                LockSupport.parkNanos(EVENT_WAIT_NS);
            }
        } while (count > 0 || !isLast);
    }

    /** A listener's exception costs it the one event it was told of. */
    private int pollEventsContained() {
        try {
            return poll();
        } catch (final RuntimeException e) {
            errorLog.record(e);
            return 1;
        }
    }

    private int poll() {
        final int noticeCount = noticeListener == null ? 0 : loop.pollNotices(noticeListener);
        // Notices come first again soon: what an operator should know is not to wait behind a flood of connections.
        return noticeCount + (listener == null ? 0 : loop.pollEvents(listener, EVENTS_BETWEEN_NOTICES));
    }

    private void closeLoop(Throwable fatal) {
        try {
            loop.close();
        } finally {
            final IllegalStateException closed = fatal == null
                    ? new IllegalStateException("the balancer is closed")
                    : new IllegalStateException("the balancer had to stop: " + fatal, fatal);
            commands.close(closed);
            drains.forEach(drain -> drain.completeExceptionally(closed));
            drains.clear();
        }
    }

    private void awaitStopped() {
        boolean isInterrupted = false;
        boolean isDone = false;
        while (!isDone) {
            try {
                stopped.await();
                if (!hasFailed) {
                    // Else it may be in the fatal handler, and that in System.exit, which waits for who calls this.
                    loopThread.join();
                }
                if (eventThread != null) {
                    // A listener that hangs, on a full pipe say, must not keep the process from ending.
                    eventThread.join(EVENT_JOIN_MS);
                }
                isDone = true;
            } catch (final InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void completeDrains() {
        if (!drains.isEmpty() && loop.activeCount() == 0) {
            // A dependent stage may close the balancer, which looks at the list too.
            final List<CompletableFuture<Void>> completed = List.copyOf(drains);
            drains.clear();
            completed.forEach(drain -> drain.complete(null));
        }
    }

    private List<InetSocketAddress> boundAddresses() {
        final List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < settings.listeners().size(); i++) {
            addresses.add(
                    new InetSocketAddress(settings.listeners().get(i).address().getAddress(), loop.localPort(i)));
        }
        return List.copyOf(addresses);
    }
}
