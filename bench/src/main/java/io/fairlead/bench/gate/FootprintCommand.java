package io.fairlead.bench.gate;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be told of this build on this JVM without a clock; {@code compare} asks each JDK, and keeps it with the results. */
@Command(
        name = "footprint",
        description =
                "Tells the bytes that a message makes the loop allocate on each transport, and those of table for a slot.",
        mixinStandardHelpOptions = true)
public final class FootprintCommand implements Callable<Integer> {
    /** What is said of the transport on java.nio. */
    public static final String NIO = "nio";
    /** What is said of the one on epoll. */
    public static final String EPOLL = "epoll";
    /** What is said of the tables. */
    public static final String SLOT = "slot";

    private static final String SLOT_FIGURE = "memory.bytes-per-slot";

    @Spec
    private CommandSpec spec;

    /** No arguments. */
    public FootprintCommand() {}

    /** A line each: a name from above, a blank, bytes. */
    @Override
    public Integer call() throws Exception {
        tell(NIO, LoopAllocation.perMessage(FairleadSubject::onNio));
        if (EpollTransport.whyUnavailable() == null) {
            tell(EPOLL, LoopAllocation.perMessage(FairleadSubject::onEpoll));
        }
        tell(SLOT, Counts.of("Memory", (name, next) -> next).get(SLOT_FIGURE));
        return 0;
    }

    private void tell(String name, double bytes) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, "%s %.2f", name, bytes));
        out.flush();
    }
}
