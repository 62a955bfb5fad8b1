package io.fairlead.edge;

import io.fairlead.core.status.BackendNotice;
import io.fairlead.core.status.LimitNotice;
import io.fairlead.core.status.Notice;
import io.fairlead.core.status.NoticeListener;
import io.fairlead.core.status.PanicNotice;
import java.time.Instant;

/** Says on standard error what an operator should know of: one line each, with the time. */
final class NoticeLog implements NoticeListener {
    private final Terminal terminal;

    /**
     * A log.
     *
     * @param terminal where it is written.
     */
    NoticeLog(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void onNotice(Notice notice) {
        terminal.note("fairlead: " + Instant.ofEpochMilli(notice.timeMs()) + " " + text(notice));
    }

    private static String text(Notice notice) {
        if (notice instanceof BackendNotice backend) {
            return text(backend);
        }
        return notice instanceof PanicNotice panic ? text(panic) : text((LimitNotice) notice);
    }

    private static String text(BackendNotice notice) {
        final String change = notice.to() == notice.from()
                ? " is " + notice.to().label() + " as before: "
                : " is " + notice.to().label() + ", was " + notice.from().label() + ": ";
        return "backend " + notice.backend() + change + notice.reason() + "; it has " + notice.connections()
                + " connections, and " + notice.acceptingCount() + " of " + notice.backendCount()
                + " backends are well and take new ones";
    }

    private static String text(PanicNotice notice) {
        return notice.begins()
                ? "PANIC: only " + notice.healthyPercent()
                        + " % of the backends' weight is well, under the threshold of "
                        + notice.threshold()
                        + " %: health is ignored, clients are sent as if all were well; the lines before say what fails"
                : "the panic is over: "
                        + (notice.healthyPercent() < notice.threshold()
                                ? "no backend is in service"
                                : notice.healthyPercent() + " % of the backends' weight is well");
    }

    private static String text(LimitNotice notice) {
        final String count = notice.count() + (notice.count() == 1 ? " time" : " times");
        return switch (notice.limit()) {
            case CONNECTIONS ->
                "limit: accepting waited " + count + " for another connection to end; raise --max-connections";
            case PEEK_SLABS ->
                "limit: accepting waited " + count + " for clients that are slow with their request heads; lower"
                        + " --peek-timeout, or give the JVM more direct memory";
            case ALL_BACKENDS ->
                "limit: all backends were full " + count + ": clients were answered 503; raise max-connections of"
                        + " the backends, or add one";
            case BACKEND_CONNECTIONS ->
                "limit: a backend was full " + count + ", last " + notice.example()
                        + ": its clients went to the next in their order";
            case SOURCE_CONNECTIONS ->
                "limit: closed " + count + " what was one connection too many of a client, last " + notice.example()
                        + " (--max-connections-per-client)";
            case SOURCE_RATE ->
                "limit: closed " + count + " what a client connected too fast, last " + notice.example()
                        + " (--max-accept-rate)";
            case HOT_SOURCE ->
                "hot: " + count + " a client was found to have more connections than one backend should bear,"
                        + " last " + notice.example() + ": its new ones are spread (--hot-source)";
        };
    }
}
