package io.fairlead.core;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.status.ConnectionListener;
import io.fairlead.core.status.NoticeListener;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.transport.SocketOptions;
import io.fairlead.core.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Every setting of a {@link Balancer}, with its default. Fill one in, hand it to {@link Balancer#launch} or {@link
 * Balancer#embed}, and do not change it afterwards. Not thread safe.
 *
 * <p>Values are checked when the balancer is made: an {@link IllegalArgumentException} then says what to change.
 */
public final class BalancerContext {
    /**
     * Most attempts for one connection: its record has room for two more, for a pin that turns up late and for the way
     * back.
     */
    public static final int MAX_ATTEMPTS = 6;

    /** Longest request or answer head that can be configured. */
    public static final int MAX_HEADER_LIMIT = 64 * 1024;

    /** Most slots a connection table can have: one Agrona buffer holds no more. */
    public static final int MAX_CONNECTIONS = 4_000_000;

    /** Most weight of a backend. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** Most backends at a time. */
    public static final int MAX_BACKENDS = BackendSet.MEMBER_LIMIT;

    /** Fewest processes among which clients can be steered by {@link #sharePorts(int)}. */
    public static final int MIN_PORT_GROUP = 2;

    /** Most processes among which clients can be steered by {@link #sharePorts(int)}. */
    public static final int MAX_PORT_GROUP = 1024;

    /** What a backend's name must be, for messages. */
    public static final String NAME_RULE =
            "1 to 64 letters, digits, '.', '_', ':', '-', '[' or ']' and begins with a letter, a digit or '['";

    private static final int MIN_HEADER_LIMIT = 256;
    private static final int MIN_READ_BUFFER_LENGTH = 1024;
    private static final int MAX_READ_BUFFER_LENGTH = 1024 * 1024;
    private static final int SPLICING_READ_BUFFER_LENGTH = 64 * 1024;
    private static final int COPYING_READ_BUFFER_LENGTH = 144 * 1024;
    private static final int DEFAULT_CONNECTION_LIMIT = 65_536;
    private static final int DEFAULT_SLAB_LIMIT = 1024;
    private static final int DEFAULT_PIPE_LIMIT = 64;
    private static final int MAX_PIPES = 65_536;
    private static final int DESCRIPTORS_PER_PIPE = 2;
    private static final int PIPE_SHARE_OF_DESCRIPTORS = 8;
    private static final int MAX_PINS = 100_000_000;

    /** Room for every backend to change its state twice while the listener is held up. */
    private static final int NOTICE_QUEUE_LENGTH = 2 * MAX_BACKENDS;

    /** Descriptors a process needs beside its connections: listeners, the selector, jars, logs, the admin endpoint. */
    private static final int RESERVED_DESCRIPTORS = 256;

    private final List<Settings.Listener> listeners = new ArrayList<>();
    private final List<Settings.BackendSettings> backends = new ArrayList<>();
    private BalancePolicy policy = BalancePolicy.SOURCE;
    private boolean pinning = true;
    private Duration pinTimeout = Duration.ofHours(1);
    private int pinLimit = 1_000_000;
    private int clientPrefix4 = 32;
    private int clientPrefix6 = 64;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private int attemptLimit = 3;
    private Duration peekTimeout = Duration.ofSeconds(10);
    private Duration upgradeTimeout = Duration.ofSeconds(10);
    private Duration webSocketIdleTimeout = Duration.ofHours(1);
    private Duration idleTimeout = Duration.ofMinutes(10);
    private Duration halfClosedTimeout = Duration.ofSeconds(30);
    private Duration stallTimeout = Duration.ofSeconds(60);
    private int connectionLimit;
    private int headerLimit = 16 * 1024;
    private int readBufferLength;
    private int slabLimit;
    private int peekSlabLimit;
    private int pipeLimit = DEFAULT_PIPE_LIMIT;
    private int backlogLength = 4096;
    private boolean frameTracking = true;
    private int eventQueueLength = 8192;
    private ConnectionListener connectionListener;
    private Consumer<Throwable> fatalHandler = error -> {};
    private NoticeListener noticeListener;
    private final HealthContext health = new HealthContext();
    private final LimitContext limits = new LimitContext();
    private final SocketSettings sockets = new SocketSettings();
    private TransportKind transportKind = TransportKind.AUTO;
    private Transport transport;
    private NanoClock clock = SystemNanoClock.INSTANCE;

    /** Defaults, no listener, no backend. */
    public BalancerContext() {}

    /**
     * Accept connections here, with {@link PeekMode#AUTO}.
     *
     * @param address resolved; port 0 picks one, which {@link Balancer#listenAddresses()} tells.
     * @return this.
     */
    public BalancerContext listen(InetSocketAddress address) {
        return listen(address, PeekMode.AUTO);
    }

    /**
     * Accept connections here.
     *
     * @param address resolved; port 0 picks one, which {@link Balancer#listenAddresses()} tells.
     * @param peek what to do with their first bytes.
     * @return this.
     */
    public BalancerContext listen(InetSocketAddress address, PeekMode peek) {
        listeners.add(new Settings.Listener(resolved(address), Objects.requireNonNull(peek, "peek")));
        return this;
    }

    /**
     * Add a backend of weight 1 that is named by its address.
     *
     * @param address resolved.
     * @return this.
     */
    public BalancerContext backend(InetSocketAddress address) {
        return backend(null, address, 1);
    }

    /**
     * Add a backend.
     *
     * @param name its identity for hashing, metrics and commands: letters, digits and {@code . _ : [ ] -}; null for its
     *     canonical {@code address:port}.
     * @param address resolved.
     * @param weight its share relative to the others', from 1 to {@link #MAX_WEIGHT}.
     * @return this.
     */
    public BalancerContext backend(String name, InetSocketAddress address, int weight) {
        return backend(new BackendContext(address).name(name).weight(weight));
    }

    /**
     * Add a backend.
     *
     * @param added where it is and what is special about it.
     * @return this.
     */
    public BalancerContext backend(BackendContext added) {
        backends.add(added.conclude());
        return this;
    }

    /**
     * How failures of backends are found, and what is done then.
     *
     * @return to be filled in.
     */
    public HealthContext health() {
        return health;
    }

    /**
     * What one client may take.
     *
     * @return to be filled in.
     */
    public LimitContext limits() {
        return limits;
    }

    /**
     * How a backend is chosen for a client without a usable pin; {@link BalancePolicy#SOURCE} by default.
     *
     * @param value the policy.
     * @return this.
     */
    public BalancerContext policy(BalancePolicy value) {
        policy = Objects.requireNonNull(value, "policy");
        return this;
    }

    /**
     * Whether a client is kept on the backend that answered it; true by default.
     *
     * @param value on or off.
     * @return this.
     */
    public BalancerContext pinning(boolean value) {
        pinning = value;
        return this;
    }

    /**
     * How long a pin outlives its client's last connection; 1 hour by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext pinTimeout(Duration value) {
        pinTimeout = value;
        return this;
    }

    /**
     * Most pins held, 48 bytes each once used; 1,000,000 by default. Over it the pin that has been without a
     * connection for longest makes room; when all have one, a client goes without.
     *
     * @param value at least 1.
     * @return this.
     */
    public BalancerContext pinLimit(int value) {
        pinLimit = value;
        return this;
    }

    /**
     * How many leading bits of a client's address make its key; 32 and 64 by default.
     *
     * @param bits4 for IPv4, from 0 to 32.
     * @param bits6 for IPv6, from 0 to 128.
     * @return this.
     */
    public BalancerContext clientPrefix(int bits4, int bits6) {
        clientPrefix4 = bits4;
        clientPrefix6 = bits6;
        return this;
    }

    /**
     * How long one attempt to connect a backend may take; 5 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    /**
     * Most backends tried for one connection; 3 by default.
     *
     * @param value from 1 to {@link #MAX_ATTEMPTS}.
     * @return this.
     */
    public BalancerContext attemptLimit(int value) {
        attemptLimit = value;
        return this;
    }

    /**
     * How long a client may take for its request head; 10 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext peekTimeout(Duration value) {
        peekTimeout = value;
        return this;
    }

    /**
     * How long a backend may take to answer an upgrade; 10 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext upgradeTimeout(Duration value) {
        upgradeTimeout = value;
        return this;
    }

    /**
     * How long a WebSocket may go without a byte; 1 hour by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext webSocketIdleTimeout(Duration value) {
        webSocketIdleTimeout = value;
        return this;
    }

    /**
     * How long any other connection may go without a byte; 10 minutes by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext idleTimeout(Duration value) {
        idleTimeout = value;
        return this;
    }

    /**
     * How long a connection of which one end sent its FIN may go without a byte; 30 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext halfClosedTimeout(Duration value) {
        halfClosedTimeout = value;
        return this;
    }

    /**
     * How long a peer may take nothing of what waits for it; 60 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public BalancerContext stallTimeout(Duration value) {
        stallTimeout = value;
        return this;
    }

    /**
     * Slots in the connection table. By default 65,536. Never more than the process's descriptor limit allows at two
     * each, less 256 for the process itself and two for each pipe: {@link Balancer#connectionLimit()} tells how many there are.
     *
     * @param value from 1 to {@link #MAX_CONNECTIONS}; 0 for the default.
     * @return this.
     */
    public BalancerContext connectionLimit(int value) {
        connectionLimit = value;
        return this;
    }

    /**
     * Most bytes of a request or answer head; 16 KiB by default.
     *
     * @param value bytes, from 256 to {@link #MAX_HEADER_LIMIT}.
     * @return this.
     */
    public BalancerContext headerLimit(int value) {
        headerLimit = value;
        return this;
    }

    /**
     * Bytes read at once, and the length of a slab. By default 64 KiB where the transport can splice, and 144 KiB where it can
     * only copy: a message of 128 KiB then passes in one piece, which costs less.
     *
     * @param value bytes, from 1 KiB to 1 MiB and not below the header limit; 0 for the default.
     * @return this.
     */
    public BalancerContext readBufferLength(int value) {
        readBufferLength = value;
        return this;
    }

    /**
     * Most slabs: directions that can hold unsent bytes at a time. By default what a quarter of the JVM's direct
     * memory holds, but at least 16 and no more than 1,024. While all are out no forwarded byte is read for anybody but by a direction that has a pipe.
     *
     * @param value at least 1; 0 for the default.
     * @return this.
     */
    public BalancerContext slabLimit(int value) {
        slabLimit = value;
        return this;
    }

    /**
     * Most peek slabs: connections that can be without an answer at a time. By default what a tenth of the JVM's
     * direct memory holds, but at least 16 and no more than 1,024; never more than connections. While all are out no
     * connection is accepted.
     *
     * @param value at least 1; 0 for the default.
     * @return this.
     */
    public BalancerContext peekSlabLimit(int value) {
        peekSlabLimit = value;
        return this;
    }

    /**
     * Most pipes: directions whose bytes can pass, by {@code splice}, from socket to socket outside the JVM's memory at a
     * time; 64 by default, never more than an eighth of the descriptors there are, and only where the transport has such a thing. Each takes two descriptors, and up to 512 KiB of
     * the kernel's memory while its sink does not read. A direction without one is copied.
     *
     * @param value from 0, which is never to splice, to 65,536.
     * @return this.
     */
    public BalancerContext pipeLimit(int value) {
        pipeLimit = value;
        return this;
    }

    /**
     * How long a peer may leave what was sent to it without an acknowledgement, or take nothing of what waits in the
     * system's buffers for it, before its connection is reset ({@code TCP_USER_TIMEOUT}): the system itself waits for a
     * quarter of an hour. A connect that takes longer has timed out, too. By default twice the {@link
     * #stallTimeout}, at least 30 s; and on {@link TransportKind#EPOLL} alone, for java.nio has no such option. A peer to which nothing is sent is found dead by
     * the idle time-outs only.
     *
     * @param value from 1 ms to 24 days, or zero for the system's own limit.
     * @return this.
     */
    public BalancerContext userTimeout(Duration value) {
        sockets.userTimeout = Objects.requireNonNull(value, "userTimeout");
        return this;
    }

    /**
     * For how long the system keeps a connection to itself that has not sent a byte ({@code TCP_DEFER_ACCEPT}): silent ones
     * then take no slot and no peek slab. The peek time-out begins after it. Zero, for not at all, by default; only where
     * all listeners peek, and on {@link TransportKind#EPOLL} alone.
     *
     * @param value whole seconds, at most an hour; the system rounds them up to a number of retransmissions.
     * @return this.
     */
    public BalancerContext deferAccept(Duration value) {
        sockets.deferAccept = Objects.requireNonNull(value, "deferAccept");
        return this;
    }

    /**
     * With how many bytes not sent yet a socket is not written any more ({@code TCP_NOTSENT_LOWAT}): what a slow reader is
     * behind then waits in a slab, and not in the kernel's memory, which takes megabytes of it. 0, for no such limit, by
     * default: what the kernel takes holds none of the slabs, and those are what everybody waits for once they are all
     * out. On {@link TransportKind#EPOLL} alone.
     *
     * @param value bytes, from 4 KiB to 1 GiB; 0 for no limit.
     * @return this.
     */
    public BalancerContext notSentLimit(int value) {
        sockets.notSentLowWaterLength = value;
        return this;
    }

    /**
     * Let other processes of this user listen on the same addresses ({@code SO_REUSEPORT}); the kernel spreads connections
     * over them, those of one client too, so not with {@link #pinning}. Off by default; on {@link TransportKind#EPOLL} alone.
     *
     * @return this.
     */
    public BalancerContext sharePorts() {
        sockets.sharesPorts = true;
        sockets.isSteered = false;
        return this;
    }

    /**
     * Let other processes of this user listen on the same addresses, and have the kernel send each client, as {@link
     * #clientPrefix} tells clients apart, to one of them ({@code SO_ATTACH_REUSEPORT_CBPF}). All are to be given the same
     * addresses, prefixes and size. Which process a client comes to stays the same for as long as all of them run: while fewer listen,
     * clients of those that are missing are spread over the others connection by connection, and one that was
     * started again may have changed its clients with another one's. On {@link TransportKind#EPOLL} alone.
     *
     * @param groupSize how many processes there are, from 2 to 1,024.
     * @return this.
     */
    public BalancerContext sharePorts(int groupSize) {
        sockets.sharesPorts = true;
        sockets.isSteered = true;
        sockets.groupSize = groupSize;
        return this;
    }

    /**
     * How many connections the system may queue for a listener; 4,096 by default, capped by the system's own limit.
     *
     * @param value at least 1.
     * @return this.
     */
    public BalancerContext backlogLength(int value) {
        backlogLength = value;
        return this;
    }

    /**
     * Whether WebSocket frames are counted; true by default. Off exists so that its cost can be measured.
     *
     * @param value on or off.
     * @return this.
     */
    public BalancerContext frameTracking(boolean value) {
        frameTracking = value;
        return this;
    }

    /**
     * Told of what an operator should know: backends that go down and come back, panics, limits that are met. On the thread
     * that tells of connections.
     *
     * @param value the listener; null for none.
     * @return this.
     */
    public BalancerContext noticeListener(NoticeListener value) {
        noticeListener = value;
        return this;
    }

    /**
     * Be told of connections. With {@link Balancer#launch} on a thread of the balancer's, with {@link Balancer#embed}
     * by {@link Balancer#pollEvents()}.
     *
     * @param value the listener.
     * @return this.
     */
    public BalancerContext connectionListener(ConnectionListener value) {
        connectionListener = value;
        return this;
    }

    /**
     * Most connection events that wait for the listener; 8,192 by default. What is over it is dropped and counted.
     *
     * @param value at least 1.
     * @return this.
     */
    public BalancerContext eventQueueLength(int value) {
        eventQueueLength = value;
        return this;
    }

    /**
     * Be told that the loop had to stop: its selector broke, or an {@link Error} was thrown. Called on the loop thread
     * by {@link Balancer#launch}; an embedder sees the same from {@code doWork()}.
     *
     * @param value the handler.
     * @return this.
     */
    public BalancerContext fatalHandler(Consumer<Throwable> value) {
        fatalHandler = Objects.requireNonNull(value, "fatalHandler");
        return this;
    }

    /**
     * Which sockets to use; {@link TransportKind#AUTO} by default. {@link Balancer#transportName()} tells what was chosen.
     *
     * @param value which.
     * @return this.
     */
    public BalancerContext transportKind(TransportKind value) {
        transportKind = Objects.requireNonNull(value, "transportKind");
        return this;
    }

    /**
     * The sockets of one balancer that is to be embedded; those of {@link #transportKind} if not set. With a {@link #clock} it lets a program
     * test itself on a network in memory.
     *
     * @param value used by one balancer, which closes it.
     * @return this.
     */
    public BalancerContext transport(Transport value) {
        transport = Objects.requireNonNull(value, "transport");
        return this;
    }

    /**
     * The time of a balancer that is to be embedded; the system's if not set.
     *
     * @param value monotonic; read on the thread that drives the loop.
     * @return this.
     */
    public BalancerContext clock(NanoClock value) {
        clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    boolean isDrivenBySystem() {
        return transport == null && clock == SystemNanoClock.INSTANCE;
    }

    /** What the sockets are to have, checked. */
    SocketOptions socketOptions() {
        return sockets.conclude(
                positiveNs("stall time-out", stallTimeout), listeners, pinning, clientPrefix4, clientPrefix6);
    }

    /** Nothing that was asked for is left undone in silence. */
    void requireSocketOptionsTaken(TransportChoice choice) {
        final String subject = sockets.subject();
        require(
                subject == null || choice.takesSocketOptions(),
                "%s needs the epoll transport, and this is %s: %s",
                subject,
                choice.name(),
                choice.reason());
    }

    TransportKind transportKind() {
        return transportKind;
    }

    Transport transport() {
        return transport;
    }

    NanoClock clock() {
        return clock;
    }

    ConnectionListener connectionListener() {
        return connectionListener;
    }

    NoticeListener noticeListener() {
        return noticeListener;
    }

    Consumer<Throwable> fatalHandler() {
        return fatalHandler;
    }

    /**
     * Check everything once.
     *
     * @param descriptorLimit how many descriptors the process may have.
     * @param directLength how much direct memory the JVM may take, in bytes.
     * @param hasPipes whether the transport can splice.
     * @return the settings.
     * @throws IllegalArgumentException that says what to change.
     */
    Settings conclude(long descriptorLimit, long directLength, boolean hasPipes) {
        require(!listeners.isEmpty(), "no listener: give at least one address to listen on");
        require(backends.size() <= MAX_BACKENDS, "at most %d backends, not %d", MAX_BACKENDS, backends.size());
        final Set<String> names = new HashSet<>();
        for (final Settings.BackendSettings backend : backends) {
            require(names.add(backend.name()), "two backends are named %s: give each its own name", backend.name());
        }
        requireRange("pin limit", pinLimit, 1, MAX_PINS);
        requireRange("IPv4 client prefix", clientPrefix4, 0, 32);
        requireRange("IPv6 client prefix", clientPrefix6, 0, 128);
        requireRange("attempts", attemptLimit, 1, MAX_ATTEMPTS);
        requireRange("connection limit", connectionLimit, 0, MAX_CONNECTIONS);
        requireRange("header limit", headerLimit, MIN_HEADER_LIMIT, MAX_HEADER_LIMIT);
        requireRange("pipe limit", pipeLimit, 0, MAX_PIPES);
        final int pipes = hasPipes ? pipes(descriptorLimit) : 0;
        final int readLength = readBufferLength != 0
                ? readBufferLength
                : pipes > 0 ? SPLICING_READ_BUFFER_LENGTH : COPYING_READ_BUFFER_LENGTH;
        requireRange("read buffer length", readLength, MIN_READ_BUFFER_LENGTH, MAX_READ_BUFFER_LENGTH);
        require(readLength >= headerLimit, "the read buffer must hold a head of %d bytes", headerLimit);
        requireRange("slab limit", slabLimit, 0, 1_000_000);
        requireRange("peek slab limit", peekSlabLimit, 0, 1_000_000);
        requireRange("backlog length", backlogLength, 1, 65_535);
        requireRange("event queue length", eventQueueLength, 1, 1 << 20);
        final int slots = slots(descriptorLimit - (long) pipes * DESCRIPTORS_PER_PIPE - checkDescriptors());
        final int slabs = slabLimit > 0 ? slabLimit : affordable(directLength / 4, readLength);
        final int peekSlabs = peekSlabLimit > 0 ? peekSlabLimit : affordable(directLength / 10, headerLimit);
        return new Settings(
                List.copyOf(listeners),
                List.copyOf(backends),
                policy,
                pinning,
                positiveNs("pin time-out", pinTimeout),
                pinLimit,
                clientPrefix4,
                clientPrefix6,
                positiveNs("connect time-out", connectTimeout),
                attemptLimit,
                positiveNs("peek time-out", peekTimeout),
                positiveNs("upgrade time-out", upgradeTimeout),
                positiveNs("WebSocket idle time-out", webSocketIdleTimeout),
                positiveNs("idle time-out", idleTimeout),
                positiveNs("half-closed time-out", halfClosedTimeout),
                positiveNs("stall time-out", stallTimeout),
                Duration.ofSeconds(1).toNanos(),
                slots,
                Math.max(1, Math.min(1024, slots / 8)),
                headerLimit,
                readLength,
                slabs,
                Math.min(peekSlabs, slots),
                pipes,
                backlogLength,
                frameTracking,
                connectionListener == null ? 0 : eventQueueLength,
                noticeListener == null ? 0 : NOTICE_QUEUE_LENGTH,
                health.conclude(),
                limits.conclude());
    }

    private static int affordable(long length, int slabLength) {
        return (int) Math.max(16, Math.min(DEFAULT_SLAB_LIMIT, length / slabLength));
    }

    /** Where descriptors are few, connections need them more than pipes do. */
    private int pipes(long descriptorLimit) {
        final long share = Math.max(0, descriptorLimit - RESERVED_DESCRIPTORS) / PIPE_SHARE_OF_DESCRIPTORS;
        return (int) Math.min(pipeLimit, share / DESCRIPTORS_PER_PIPE);
    }

    /** Of those that are configured now. One that is added later takes from the reserve. */
    private long checkDescriptors() {
        return backends.stream()
                .mapToLong(backend -> health.descriptorsPerBackend(backend.agent() != null))
                .sum();
    }

    /** Two descriptors a connection, whatever was asked for: a slot without them could never be used. */
    private int slots(long descriptorLimit) {
        final long affordable = Math.max(1, (descriptorLimit - RESERVED_DESCRIPTORS - listeners.size()) / 2);
        final int wanted = connectionLimit == 0 ? DEFAULT_CONNECTION_LIMIT : connectionLimit;
        return (int) Math.min(wanted, affordable);
    }

    /**
     * Whether a backend may have this name: what stands in logs and metrics as it is.
     *
     * @param name any text.
     * @return true if it keeps to {@link #NAME_RULE}.
     */
    public static boolean isBackendName(String name) {
        return BackendContext.isName(name);
    }

    static void requireWeight(int weight) {
        requireRange("weight", weight, 1, MAX_WEIGHT);
    }

    static InetSocketAddress resolved(InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        require(
                !address.isUnresolved(),
                "cannot resolve %s: check the name, or give an address",
                address.getHostString());
        return address;
    }

    static long positiveNs(String name, Duration value) {
        Objects.requireNonNull(value, name);
        require(!value.isNegative() && !value.isZero(), "the %s must be positive, not %s", name, value);
        require(value.compareTo(Duration.ofDays(3650)) <= 0, "the %s must be under ten years, not %s", name, value);
        return value.toNanos();
    }

    static void requireRange(String name, long value, long least, long most) {
        require(value >= least && value <= most, "the %s must be from %d to %d, not %d", name, least, most, value);
    }

    /** The message is a format for the arguments. */
    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
