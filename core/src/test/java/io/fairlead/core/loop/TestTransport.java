package io.fairlead.core.loop;

import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;

/**
 * The transport that every test of the loop runs on: java.nio, or what the system property {@value #PROPERTY} says. The build
 * runs them once for each.
 */
final class TestTransport {
    static final String PROPERTY = "fairlead.transport";

    private static final AtomicBoolean IS_SKIP_TOLD = new AtomicBoolean();

    /** Where a test has its transport from. */
    interface Source {
        Transport open() throws IOException;
    }

    private TestTransport() {}

    /** Open one. Where there is no such transport the test is skipped, and says why. */
    static Transport open() throws IOException {
        final String name = System.getProperty(PROPERTY, "nio");
        return switch (name) {
            case "nio" -> NioTransport.open();
            case "epoll" -> openEpoll();
            default -> throw new IllegalArgumentException(PROPERTY + "=" + name);
        };
    }

    private static Transport openEpoll() throws IOException {
        final String why = EpollTransport.whyUnavailable();
        if (why != null) {
            if (IS_SKIP_TOLD.compareAndSet(false, true)) {
                System.out.println("SKIPPED, the loop's tests on epoll: " + why);
            }
            Assumptions.abort(why);
        }
        return EpollTransport.open();
    }
}
