package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void shouldCallTheHandlerWhenASignalComes() throws Exception {
        final CountDownLatch handled = new CountDownLatch(1);
        assertTrue(Signals.handle("WINCH", handled::countDown));

        final Class<?> type = Class.forName("sun.misc.Signal");
        type.getMethod("raise", type)
                .invoke(null, type.getConstructor(String.class).newInstance("WINCH"));

        assertTrue(handled.await(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldSayWhenASignalCannotBeHandled() {
        assertFalse(Signals.handle("KILL", () -> {}));
        assertFalse(Signals.handle("NOSUCH", () -> {}));
    }
}
