package io.fairlead.bench.compare;

import java.nio.file.Path;
import java.util.List;

/** How Java programs of a comparison are started. */
public final class Java {
    /**
     * Flags of load client and echo backend. SerialGC: one thread that allocates nothing per message, and a JVM that sees one
     * core takes it anyway. AutoBoxCacheMax: java.nio boxes an Integer for each event of a descriptor above 127.
     */
    static final List<String> PEER_FLAGS = List.of("-XX:+UseSerialGC", "-XX:AutoBoxCacheMax=65536", "-Xmx2g");

    /** Flags of Fairlead, for the same reasons. */
    public static final String FAIRLEAD_FLAGS = "-XX:+UseSerialGC -XX:AutoBoxCacheMax=65536";

    /**
     * Flags of Fairlead where its memory is looked at. A small young generation: garbage of the connects stays within it, and
     * does not pass for what connections keep.
     */
    static final String MEMORY_FLAGS = FAIRLEAD_FLAGS + " -Xmn8m -Xms24m -Xmx256m";

    private Java() {}

    /** The java that runs this. */
    public static String running() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
