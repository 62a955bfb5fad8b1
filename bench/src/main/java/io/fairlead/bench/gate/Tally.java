package io.fairlead.bench.gate;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What counted code has done while the tally was not paused. It is static because instructions that a {@link CountingLoader}
 * adds have nothing else to hold on to; this class is shared by all such loaders.
 *
 * <p><b>Owned by one thread</b>, which runs one workload at a time.
 */
public final class Tally {
    private static final Map<String, Long> CALLS = new TreeMap<>();
    private static boolean isPaused = true;
    private static long instructions;
    private static long allocations;
    private static long copiedLength;
    private static long reservedLength;

    private Tally() {}

    /** Begin at nothing, paused. */
    public static void reset() {
        isPaused = true;
        instructions = 0;
        allocations = 0;
        copiedLength = 0;
        reservedLength = 0;
        CALLS.clear();
    }

    /** Count nothing until {@link #resume()}. */
    public static void pause() {
        isPaused = true;
    }

    /** Count from now on. */
    public static void resume() {
        isPaused = false;
    }

    /**
     * Called by counted code.
     *
     * @param count of bytecode instructions that were executed.
     */
    public static void executed(int count) {
        if (!isPaused) {
            instructions += count;
        }
    }

    /** Called by counted code that makes an object, an array, or a lambda that captures. */
    public static void allocated() {
        if (!isPaused) {
            allocations++;
        }
    }

    /**
     * Called by counted code that has a block of memory copied or filled, which is one instruction however long it is.
     *
     * @param length bytes, or elements of an array.
     */
    public static void copied(long length) {
        if (!isPaused) {
            copiedLength += length;
        }
    }

    /**
     * Called by counted code that makes an array or a direct buffer.
     *
     * @param length bytes.
     */
    public static void reserved(long length) {
        if (!isPaused) {
            reservedLength += length;
        }
    }

    /**
     * Called by counted code that calls a function of the C library.
     *
     * @param function name of the method that does nothing else.
     */
    public static void called(String function) {
        if (!isPaused) {
            CALLS.merge(function, 1L, Long::sum);
        }
    }

    /**
     * Bytecode instructions.
     *
     * @return the count.
     */
    public static long instructions() {
        return instructions;
    }

    /**
     * Objects, arrays and capturing lambdas.
     *
     * @return the count.
     */
    public static long allocations() {
        return allocations;
    }

    /**
     * Bytes that were copied or filled as blocks.
     *
     * @return the length.
     */
    public static long copiedLength() {
        return copiedLength;
    }

    /**
     * Bytes of arrays and direct buffers.
     *
     * @return the length; a reference counts as four bytes.
     */
    public static long reservedLength() {
        return reservedLength;
    }

    /**
     * Calls of the C library.
     *
     * @return the count of each function that was called, by name.
     */
    public static SortedMap<String, Long> calls() {
        return new TreeMap<>(CALLS);
    }
}
