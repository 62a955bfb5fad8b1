package io.fairlead.edge;

import io.fairlead.core.HealthContext;
import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags about backends that fail and return. */
final class HealthFlags {
    private static final int EJECTION_GROWTH_LIMIT = 32;
    private static final Duration LONGEST_EJECTION = Duration.ofDays(1);

    @Option(
            names = "--check",
            paramLabel = "KIND",
            defaultValue = "tcp",
            converter = Choice.Check.class,
            description = "How each backend is checked: tcp (it takes a connection, which a frozen process still does),"
                    + " http (it answers a request with a good status), websocket (it completes a handshake: what clients"
                    + " need) or off.")
    private CheckKind check;

    @Option(
            names = "--check-interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationFlag.class,
            description = "From one check of a backend to the next.")
    private Duration checkInterval;

    @Option(
            names = "--check-fast-interval",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            description = "The same while a backend's state is in question. Without it a quarter of"
                    + " --check-interval, at least 100ms.")
    private Duration checkFastInterval;

    @Option(
            names = "--check-timeout",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            description =
                    "How long a whole check, or an agent's answer, may take. Without it half of --check-interval.")
    private Duration checkTimeout;

    @Option(
            names = "--rise",
            paramLabel = "N",
            defaultValue = "2",
            description = "Checks passed in a row after which a backend is up. The first check of all decides alone.")
    private int rise;

    @Option(
            names = "--fall",
            paramLabel = "N",
            defaultValue = "3",
            description = "Checks failed in a row after which a backend is down. The first check of all decides alone.")
    private int fall;

    @Option(
            names = "--check-start",
            paramLabel = "up|down",
            defaultValue = "up",
            converter = Choice.StartState.class,
            description = "Whether a backend takes connections before its first check.")
    private Choice.Start start;

    @Option(
            names = "--check-method",
            paramLabel = "METHOD",
            description = "What an http check asks with. Without it GET.")
    private String method;

    @Option(
            names = "--check-path",
            paramLabel = "PATH",
            description = "What http and websocket checks ask for. Without it /.")
    private String path;

    @Option(
            names = "--check-host",
            paramLabel = "HOST",
            description = "The Host field of http and websocket checks. Without it the backend's address.")
    private String host;

    @Option(
            names = "--check-status",
            paramLabel = "A-B",
            converter = StatusRange.Converter.class,
            description = "The statuses that pass an http check: 204, or 200-299. Without it 200-399.")
    private StatusRange status;

    @Option(
            names = "--agent-interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationFlag.class,
            description = "How often the agents of backends with agent=PORT are asked.")
    private Duration agentInterval;

    @Option(
            names = "--eject-after",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Connects to a backend that fail in a row before it is left alone for a while; as many upgrades"
                            + " without an answer have it checked at once. 0 for never.")
    private int ejectAfter;

    @Option(
            names = "--eject-time",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationFlag.class,
            description =
                    "How long it is left alone the first time; each further time twice as long, up to 32 times this.")
    private Duration ejectTime;

    @Option(
            names = "--panic-threshold",
            paramLabel = "PERCENT",
            defaultValue = "50%",
            converter = Percent.class,
            description =
                    "When less of the pool's weight than this is well, clients are sent as if all were, rather than"
                            + " all to the few that are left; 0 for never.")
    private int panicThreshold;

    @Option(
            names = "--failback",
            paramLabel = "keep|owner",
            defaultValue = "keep",
            converter = Choice.FailbackTo.class,
            description =
                    "Where a client goes that was moved, once its backend is back: it stays (keep), or returns with"
                            + " its next connection when none of the others lives (owner).")
    private Failback failback;

    @Option(
            names = "--on-down",
            paramLabel = "keep|close",
            defaultValue = "keep",
            converter = Choice.WhenDown.class,
            description = "What becomes of a backend's connections when its checks find it down: they live on, or are"
                    + " closed so that their clients come back elsewhere.")
    private Choice.OnDown onDown;

    @Option(
            names = "--slow-start",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationFlag.class,
            description = "How long a backend that came back grows to its share under --balance round-robin and"
                    + " least-connections; 0s for not at all.")
    private Duration slowStart;

    /**
     * The statuses that pass.
     *
     * @param least first.
     * @param most last.
     */
    record StatusRange(int least, int most) {
        private static final Pattern FORM = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");

        /** Reads the value of a flag. */
        static final class Converter implements ITypeConverter<StatusRange> {
            @Override
            public StatusRange convert(String value) {
                final Matcher matcher = FORM.matcher(value);
                if (!matcher.matches()) {
                    throw new TypeConversionException(
                            "'" + value + "' is neither a status nor a range: write 204, or 200-299");
                }
                final int least = Integer.parseInt(matcher.group(1));
                final int most = matcher.group(2) == null ? least : Integer.parseInt(matcher.group(2));
                if (most < least) {
                    throw new TypeConversionException("'" + value + "': the larger status comes second");
                }
                return new StatusRange(least, most);
            }
        }
    }

    /** {@code 50} and {@code 50%}. */
    static final class Percent implements ITypeConverter<Integer> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,3})%?");

        @Override
        public Integer convert(String value) {
            final Matcher matcher = FORM.matcher(value);
            final int percent = matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
            if (percent < 0 || percent > 100) {
                throw new TypeConversionException("'" + value + "' is no percentage: write 50%, or 0 for never");
            }
            return percent;
        }
    }

    /**
     * What makes no sense by itself, or together with the others.
     *
     * @param policy how backends are chosen.
     * @return one sentence, or null if all is well.
     */
    String fault(BalancePolicy policy) {
        final boolean asks = check == CheckKind.HTTP || check == CheckKind.WEBSOCKET;
        if (!asks && (path != null || host != null)) {
            return (path != null ? "--check-path" : "--check-host") + " needs --check http or --check websocket";
        }
        if (check != CheckKind.HTTP && (method != null || status != null)) {
            return (method != null ? "--check-method" : "--check-status") + " needs --check http";
        }
        if (check == CheckKind.OFF && start == Choice.Start.DOWN) {
            return "--check-start down needs --check: nothing would ever say that a backend is up";
        }
        if (failback == Failback.OWNER && policy != BalancePolicy.SOURCE) {
            return "--failback owner needs --balance source: there are no owners otherwise";
        }
        if (checkInterval.isZero()) {
            return "--check-interval must be more than 0s; --check off checks nothing";
        }
        if (checkFastInterval != null && checkFastInterval.compareTo(checkInterval) > 0) {
            return "--check-fast-interval must not be longer than --check-interval";
        }
        if (checkTimeout != null && checkTimeout.compareTo(checkInterval) > 0) {
            return "--check-timeout must not be longer than --check-interval: the next check begins when one has ended";
        }
        if (ejectTime.isZero() || ejectTime.compareTo(LONGEST_EJECTION) > 0) {
            return "--eject-time must be more than 0s and at most 1d; --eject-after 0 ejects nobody";
        }
        return rangeFault();
    }

    private String rangeFault() {
        if (rise < 1 || rise > HealthContext.MAX_COUNT) {
            return outOfRange("--rise", 1, rise);
        }
        if (fall < 1 || fall > HealthContext.MAX_COUNT) {
            return outOfRange("--fall", 1, fall);
        }
        return ejectAfter < 0 || ejectAfter > HealthContext.MAX_COUNT
                ? outOfRange("--eject-after", 0, ejectAfter)
                : null;
    }

    private static String outOfRange(String flag, int least, int value) {
        return flag + " must be from " + least + " to " + HealthContext.MAX_COUNT + ", not " + value;
    }

    /** Hand them on. What is out of range is found when the balancer is made. */
    void applyTo(HealthContext health) {
        health.check(check)
                .checkInterval(checkInterval)
                .fastCheckInterval(checkFastInterval)
                .checkTimeout(checkTimeout)
                .rise(rise)
                .fall(fall)
                .startsUp(start == Choice.Start.UP)
                .checkRequest(method == null ? "GET" : method, path == null ? "/" : path, host)
                .checkStatus(status == null ? 200 : status.least(), status == null ? 399 : status.most())
                .agentInterval(agentInterval)
                .ejectAfter(ejectAfter)
                .ejection(ejectTime, ejectTime.multipliedBy(EJECTION_GROWTH_LIMIT))
                .panicThreshold(panicThreshold)
                .failback(failback)
                .endsConnections(onDown == Choice.OnDown.CLOSE)
                .slowStart(slowStart);
    }
}
