package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 65_535, ConnectionTable.CAPACITY_LIMIT - 1})
    void shouldTellSlotSideAndGenerationWhenOfConnection(int slot) {
        for (final int generation : new int[] {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            for (final int side : new int[] {Side.CLIENT, Side.BACKEND}) {
                final long token = Token.ofConnection(slot, side, generation);
                assertFalse(Token.isListener(token));
                assertEquals(slot, Token.slot(token));
                assertEquals(side, Token.side(token));
                assertTrue(Token.isOfGeneration(token, generation));
            }
        }
    }

    @Test
    void shouldNotBeOfGenerationWhenSlotHasMovedOn() {
        int generation = Integer.MAX_VALUE - 3;
        for (int i = 0; i < 8; i++) {
            final long token = Token.ofConnection(7, Side.BACKEND, generation);
            generation++;
            assertFalse(Token.isOfGeneration(token, generation), "generation " + generation);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void shouldTellListenerWhenOfListener(int listenerIndex) {
        final long token = Token.ofListener(listenerIndex);
        assertTrue(Token.isListener(token));
        assertEquals(listenerIndex, Token.listenerIndex(token));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095})
    void shouldTellCheckWhenOfCheck(int index) {
        for (final int generation : new int[] {0, 1, (1 << 20) - 1, 1 << 20, -1, Integer.MIN_VALUE}) {
            final long token = Token.ofCheck(index, generation);
            assertTrue(Token.isOther(token));
            assertTrue(Token.isCheck(token));
            assertFalse(Token.isListener(token));
            assertEquals(index, Token.checkIndex(token));
            assertTrue(Token.isOfCheckGeneration(token, generation));
            assertFalse(Token.isOfCheckGeneration(token, generation + 1));
        }
    }

    @Test
    void shouldNotTakeOneKindForAnother() {
        final long connection = Token.ofConnection(Integer.MAX_VALUE, Side.BACKEND, -1);
        assertFalse(Token.isOther(connection));
        assertFalse(Token.isCheck(connection));
        assertTrue(Token.isOther(Token.ofListener(0)));
        assertFalse(Token.isCheck(Token.ofListener(0)));
    }
}
