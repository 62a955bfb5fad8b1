package io.fairlead.edge;

import io.fairlead.core.HealthContext;
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
            description = "The same while a backend's state is in question. Without it a quarter of --check-interval.")
    private Duration checkFastInterval;

    @Option(
            names = "--check-timeout",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            description = "How long a whole check may take. Without it half of --check-interval.")
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
            defaultValue = "GET",
            description = "What an http check asks with.")
    private String method;

    @Option(
            names = "--check-path",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "What http and websocket checks ask for.")
    private String path;

    @Option(
            names = "--check-host",
            paramLabel = "HOST",
            description = "The Host that they name. Without it the backend's address.")
    private String host;

    @Option(
            names = "--check-status",
            paramLabel = "A-B",
            defaultValue = "200-399",
            converter = StatusRange.Converter.class,
            description = "The statuses that pass an http check: 204, or 200-299.")
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
            description = "For how long at first; each further time twice as long, up to 32 times.")
    private Duration ejectTime;

    @Option(
            names = "--panic-threshold",
            paramLabel = "PERCENT",
            defaultValue = "50",
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

    private static final int EJECTION_GROWTH_LIMIT = 32;

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

    /** Hand them on. What is out of range is found when the balancer is made. */
    void applyTo(HealthContext health) {
        health.check(check)
                .checkInterval(checkInterval)
                .fastCheckInterval(checkFastInterval)
                .checkTimeout(checkTimeout)
                .rise(rise)
                .fall(fall)
                .startsUp(start == Choice.Start.UP)
                .checkRequest(method, path, host)
                .checkStatus(status.least(), status.most())
                .agentInterval(agentInterval)
                .ejectAfter(ejectAfter)
                .ejection(ejectTime, ejectTime.multipliedBy(EJECTION_GROWTH_LIMIT))
                .panicThreshold(panicThreshold)
                .failback(failback)
                .endsConnections(onDown == Choice.OnDown.CLOSE)
                .slowStart(slowStart);
    }
}
