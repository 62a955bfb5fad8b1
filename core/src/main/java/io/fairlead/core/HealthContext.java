package io.fairlead.core;

import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.HealthSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How a balancer finds out that a backend has failed, and what it does then. Reached by {@link BalancerContext#health()}. Not
 * thread safe.
 *
 * <p>Without a word said, backends are not checked; connecting one that failed three times in a row ejects it for a while; and
 * health is ignored while less than half of the pool's weight is well.
 */
public final class HealthContext {
    /** Most consecutive results, or failures, that can be asked for. */
    public static final int MAX_COUNT = 1000;

    private static final int MAX_REQUEST_PART_LENGTH = 1024;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    private CheckKind check = CheckKind.OFF;
    private Duration checkInterval = Duration.ofSeconds(2);
    private Duration fastCheckInterval;
    private Duration checkTimeout;
    private int rise = 2;
    private int fall = 3;
    private boolean startsUp = true;
    private String method = "GET";
    private String path = "/";
    private String host;
    private int leastStatus = 200;
    private int mostStatus = 399;
    private Duration agentInterval = Duration.ofSeconds(2);
    private int ejectAfter = 3;
    private Duration ejection = Duration.ofSeconds(10);
    private Duration ejectionLimit = Duration.ofSeconds(320);
    private int ejectionShare = 50;
    private int panicThreshold = 50;
    private Failback failback = Failback.KEEP;
    private boolean endsConnections;
    private Duration slowStart = Duration.ofSeconds(30);

    HealthContext() {}

    /**
     * How each backend is checked; {@link CheckKind#OFF} by default. {@link CheckKind#WEBSOCKET} sees what clients see. A
     * process that is frozen, or too busy to accept, still takes connections by its kernel and passes {@link CheckKind#TCP}.
     *
     * @param value the kind.
     * @return this.
     */
    public HealthContext check(CheckKind value) {
        check = Objects.requireNonNull(value, "check");
        return this;
    }

    /**
     * From the start of a check to that of the next, give or take a tenth; 2 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public HealthContext checkInterval(Duration value) {
        checkInterval = value;
        return this;
    }

    /**
     * The same while a backend's state is in question: after a result that contradicts it, and while it is ejected. By default
     * a quarter of the check interval, though not under 100 ms unless that is.
     *
     * @param value positive; null for the default.
     * @return this.
     */
    public HealthContext fastCheckInterval(Duration value) {
        fastCheckInterval = value;
        return this;
    }

    /**
     * How long a whole check may take; by default half of the check interval. The answer of an agent too.
     *
     * @param value positive; null for the default.
     * @return this.
     */
    public HealthContext checkTimeout(Duration value) {
        checkTimeout = value;
        return this;
    }

    /**
     * Consecutive passes after which a backend that is down is up; 2 by default. The first check of all decides alone.
     *
     * @param value from 1 to {@link #MAX_COUNT}.
     * @return this.
     */
    public HealthContext rise(int value) {
        rise = value;
        return this;
    }

    /**
     * Consecutive failures after which a backend that is up is down; 3 by default. The first check of all decides alone.
     *
     * @param value from 1 to {@link #MAX_COUNT}.
     * @return this.
     */
    public HealthContext fall(int value) {
        fall = value;
        return this;
    }

    /**
     * Whether a backend that has not been checked yet takes connections; true by default.
     *
     * @param value false to wait for its first check.
     * @return this.
     */
    public HealthContext startsUp(boolean value) {
        startsUp = value;
        return this;
    }

    /**
     * What HTTP and WebSocket checks ask for; {@code GET /} by default, with the backend's address as the host. A
     * WebSocket check is always a GET.
     *
     * @param requestMethod a token.
     * @param requestPath begins with {@code /}, or is {@code *}.
     * @param requestHost for the {@code Host} field; null for the backend's address.
     * @return this.
     */
    public HealthContext checkRequest(String requestMethod, String requestPath, String requestHost) {
        method = requestMethod;
        path = requestPath;
        host = requestHost;
        return this;
    }

    /**
     * The statuses that pass an HTTP check; 200 to 399 by default.
     *
     * @param least from 100.
     * @param most to 599.
     * @return this.
     */
    public HealthContext checkStatus(int least, int most) {
        leastStatus = least;
        mostStatus = most;
        return this;
    }

    /**
     * How often agents are asked; every 2 s by default.
     *
     * @param value positive.
     * @return this.
     */
    public HealthContext agentInterval(Duration value) {
        agentInterval = value;
        return this;
    }

    /**
     * How many connects in a row must fail for a backend to be ejected; 3 by default. As many upgrades in a row without an
     * answer have it checked at once, if it is checked at all: what a client may have caused never ejects by itself.
     *
     * @param value from 1 to {@link #MAX_COUNT}; 0 for never.
     * @return this.
     */
    public HealthContext ejectAfter(int value) {
        ejectAfter = value;
        return this;
    }

    /**
     * How long an ejection lasts; 10 s by default, each further one twice as long, up to 320 s, and up to a tenth more by
     * chance.
     *
     * @param first positive.
     * @param limit at least that.
     * @return this.
     */
    public HealthContext ejection(Duration first, Duration limit) {
        ejection = first;
        ejectionLimit = limit;
        return this;
    }

    /**
     * Percent of the backends that may be ejected at a time; 50 by default.
     *
     * @param percent from 0 to 100.
     * @return this.
     */
    public HealthContext ejectionShare(int percent) {
        ejectionShare = percent;
        return this;
    }

    /**
     * Percent of the pool's weight that must be well for health to be looked at; 50 by default. Below it clients are sent
     * as if all were well, rather than all to the few that are left.
     *
     * @param percent from 1 to 100; 0 to look at health always.
     * @return this.
     */
    public HealthContext panicThreshold(int percent) {
        panicThreshold = percent;
        return this;
    }

    /**
     * What becomes of the pins of clients that were moved, once their backend is back; {@link Failback#KEEP} by default. {@link
     * Failback#OWNER} has no effect but under {@link io.fairlead.core.loop.BalancePolicy#SOURCE}.
     *
     * @param value which.
     * @return this.
     */
    public HealthContext failback(Failback value) {
        failback = Objects.requireNonNull(value, "failback");
        return this;
    }

    /**
     * Whether the connections of a backend that is found down are ended, so that their clients come back elsewhere; false by
     * default, for a backend that fails its checks may well serve the connections it has. Within a second, and never in a
     * panic.
     *
     * @param value true to end them.
     * @return this.
     */
    public HealthContext endsConnections(boolean value) {
        endsConnections = value;
        return this;
    }

    /**
     * How long a backend that came back grows from a tenth to the whole of its share of new connections, where round-robin or
     * least-connections chooses; 30 s by default. Clients that are sent by their source are not delayed.
     *
     * @param value not negative; zero for no time.
     * @return this.
     */
    public HealthContext slowStart(Duration value) {
        slowStart = value;
        return this;
    }

    /** Descriptors that checking and asking one backend may take. */
    int descriptorsPerBackend(boolean hasAgent) {
        return (check == CheckKind.OFF ? 0 : 1) + (hasAgent ? 1 : 0);
    }

    HealthSettings conclude() {
        final long intervalNs = BalancerContext.positiveNs("check interval", checkInterval);
        final long timeoutNs = checkTimeout == null
                ? Math.max(1, intervalNs / 2)
                : BalancerContext.positiveNs("check time-out", checkTimeout);
        final long leastFastNs = Math.min(intervalNs, Duration.ofMillis(100).toNanos());
        final long fastNs = fastCheckInterval == null
                ? Math.max(leastFastNs, intervalNs / 4)
                : BalancerContext.positiveNs("fast check interval", fastCheckInterval);
        BalancerContext.require(
                fastNs <= intervalNs, "the fast check interval must not be longer than the check interval");
        BalancerContext.requireRange("rise", rise, 1, MAX_COUNT);
        BalancerContext.requireRange("fall", fall, 1, MAX_COUNT);
        BalancerContext.requireRange("failures that eject", ejectAfter, 0, MAX_COUNT);
        BalancerContext.requireRange("share that may be ejected", ejectionShare, 0, 100);
        BalancerContext.requireRange("panic threshold", panicThreshold, 0, 100);
        requireRequest();
        final long ejectionNs = BalancerContext.positiveNs("ejection time", ejection);
        final long ejectionLimitNs = BalancerContext.positiveNs("longest ejection time", ejectionLimit);
        BalancerContext.require(
                ejectionLimitNs >= ejectionNs, "the longest ejection must not be shorter than the first");
        Objects.requireNonNull(slowStart, "slowStart");
        return new HealthSettings(
                new HealthSettings.Checks(
                        check,
                        intervalNs,
                        fastNs,
                        timeoutNs,
                        rise,
                        fall,
                        startsUp || check == CheckKind.OFF,
                        method,
                        path,
                        host,
                        leastStatus,
                        mostStatus,
                        BalancerContext.positiveNs("agent interval", agentInterval)),
                new HealthSettings.Ejections(ejectAfter, ejectionNs, ejectionLimitNs, ejectionShare),
                panicThreshold,
                failback,
                endsConnections,
                slowStart.isZero() ? 0 : BalancerContext.positiveNs("slow start", slowStart));
    }

    /** What goes into a request must not be able to end its line. */
    private void requireRequest() {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        BalancerContext.require(
                TOKEN.matcher(method).matches(), "a check's method must be a word such as GET, not '%s'", method);
        BalancerContext.require(
                isPart(path) && (path.startsWith("/") || path.equals("*")),
                "a check's path must begin with '/' and have no spaces: '%s'",
                path);
        BalancerContext.require(host == null || isPart(host), "a check's host must have no spaces: '%s'", host);
        BalancerContext.require(
                leastStatus >= 100 && leastStatus <= mostStatus && mostStatus <= 599,
                "the statuses that pass a check must be a range within 100 to 599, not %d to %d",
                leastStatus,
                mostStatus);
    }

    private static boolean isPart(String text) {
        return VISIBLE.matcher(text).matches()
                && text.getBytes(StandardCharsets.US_ASCII).length <= MAX_REQUEST_PART_LENGTH;
    }
}
