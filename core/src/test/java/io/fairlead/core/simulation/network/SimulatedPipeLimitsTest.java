package io.fairlead.core.simulation.network;

import static io.fairlead.core.transport.Transport.LOCAL_RESOURCE;
import static io.fairlead.core.transport.Transport.WOULD_BLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.Pipes;
import org.junit.jupiter.api.Test;

/** What a simulated pipe holds and a simulated host has descriptors for, to the byte. */
class SimulatedPipeLimitsTest extends NetworkHarness {
    @Test
    void shouldTakeNoMoreThanItsLength() {
        conditions.pipeLength = 7;
        openAndConnect();
        final Pipes pipes = right.pipes();
        final int pipe = pipes.open();
        write(left, client, 20);
        settle();

        assertEquals(7, pipes.fill(pipe, server, 100));
        assertEquals(7, pipes.drain(pipe, server, 7));
        conditions.pipeLength = 100;
        assertEquals(7, pipes.fill(pipe, server, 100), "a pipe keeps its length");
        assertEquals(6, pipes.fill(pipes.open(), server, 100));
    }

    @Test
    void shouldDrainAsMuchAsTheWindowTakes() {
        conditions.bufferMinLength = 10;
        conditions.bufferMaxLength = 10;
        openAndConnect();
        final Pipes pipes = right.pipes();
        final int pipe = pipes.open();
        write(right, server, 6);
        write(left, client, 10);
        settle();
        assertEquals(10, pipes.fill(pipe, server, 10));

        write(right, server, 7);
        assertEquals(3, pipes.drain(pipe, server, 10));
        assertEquals(WOULD_BLOCK, pipes.drain(pipe, server, 7));
    }

    @Test
    void shouldThrowWhenAPipeIsMisused() {
        openAndConnect();
        final Pipes pipes = right.pipes();
        final int pipe = pipes.open();
        write(left, client, 5);
        settle();
        pipes.fill(pipe, server, 3);

        assertThrows(IllegalStateException.class, () -> pipes.fill(pipe, server, 2));
        assertThrows(IllegalStateException.class, () -> pipes.drain(pipe, server, 4));
        assertThrows(IllegalArgumentException.class, () -> pipes.peek(server, buffer, 0, 0));
        assertThrows(IllegalStateException.class, () -> pipes.close(pipe + 1));
        pipes.close(pipe);
        assertThrows(IllegalStateException.class, () -> pipes.drain(pipe, server, 1));
        assertThrows(IllegalStateException.class, () -> pipes.close(pipe));
        assertThrows(IllegalStateException.class, () -> pipes.fill(-1, server, 1));
        assertEquals(0, pipes.openCount());
    }

    @Test
    void shouldHaveNoPipesWhenTheNetworkHasNone() {
        conditions.hasPipes = false;
        openAndConnect();

        assertNull(right.pipes());
    }

    @Test
    void shouldRefuseWhenDescriptorsAreLacking() {
        openAndConnect();
        final Pipes pipes = left.pipes();
        left.descriptorLimit(4);
        final int pipe = pipes.open();
        assertTrue(pipe >= 0);
        assertEquals(LOCAL_RESOURCE, pipes.open(), "one descriptor is left, and a pipe takes two");
        assertEquals(1, pipes.openCount());
        final int last = left.connect(SERVICE, null);
        assertTrue(last >= 0);
        assertEquals(LOCAL_RESOURCE, left.connect(SERVICE, null));

        pipes.close(pipe);
        assertTrue(left.connect(SERVICE, null) >= 0);
        right.descriptorLimit(2);
        settle();
        assertEquals(LOCAL_RESOURCE, right.accept(listener));
        right.descriptorLimit(3);
        assertTrue(right.accept(listener) >= 0);
    }

    @Test
    void shouldRefuseAPipeByChance() {
        openAndConnect();
        conditions.localResourceChance = 1000;

        assertEquals(LOCAL_RESOURCE, left.pipes().open());
        assertEquals(0, left.pipes().openCount());
    }
}
