package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.RequiresEpoll;
import io.fairlead.core.transport.SocketOptions;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** Which transport is chosen, and what is said of it. */
final class TransportChoiceTest {
    @Test
    @RequiresEpoll
    void shouldChooseEpollWhereItIs() throws IOException {
        final TransportChoice choice = TransportChoice.of(TransportKind.AUTO, SocketOptions.NONE);
        choice.transport().close();

        assertEquals("epoll", choice.name());
        assertEquals("Linux, JDK " + Runtime.version().feature(), choice.reason());
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    @EnabledOnOs(OS.LINUX)
    void shouldFallBackAndSayWhyWhenJdkIsTooOld() throws IOException {
        final TransportChoice choice = TransportChoice.of(TransportKind.AUTO, SocketOptions.NONE);
        choice.transport().close();

        assertEquals("nio", choice.name());
        assertEquals("epoll needs JDK 22 or newer, this is " + Runtime.version().feature(), choice.reason());
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldRefuseEpollWhenAskedForWhereThereIsNone() {
        final UnsupportedOperationException e = assertThrows(
                UnsupportedOperationException.class, () -> TransportChoice.of(TransportKind.EPOLL, SocketOptions.NONE));

        assertEquals(EpollTransport.whyUnavailable(), e.getMessage());
    }

    @Test
    void shouldTakeNioWhenAskedFor() throws IOException {
        final TransportChoice choice = TransportChoice.of(TransportKind.NIO, SocketOptions.NONE);
        choice.transport().close();

        assertEquals("nio", choice.name());
        assertTrue(choice.reason().contains("asked"), choice::reason);
    }
}
