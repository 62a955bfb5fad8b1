package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Binds a process to the one that started it: it ends when its standard input does, and not with a signal before. Ctrl-C at a
 * terminal goes to every process there; the rig still ends its window then, for which its children must stay.
 */
final class Tether {
    /** Of commands that can be bound. */
    static final String OPTION = "--until-end-of-input";

    private Tether() {}

    /** Bind this process. */
    static void bind() {
        final Thread reader = new Thread(Tether::awaitEnd, "tether");
        reader.setDaemon(true);
        reader.start();
        // The JVM ends when its hooks have, and its other threads go on until then: this one never does.
        Runtime.getRuntime().addShutdownHook(new Thread(Tether::stay, "stay"));
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // What comes means nothing.
            }
        } catch (final IOException ignored) {
            // The other side is gone too.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void stay() {
        try {
            new CountDownLatch(1).await();
        } catch (final InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
