package io.fairlead.core;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.PinTable;
import io.fairlead.core.table.RateSketch;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.table.SourceSketch;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import org.agrona.concurrent.UnsafeBuffer;

/** What this JVM and its process allow, and whether that suffices. <b>Thread safe.</b> */
final class JvmLimits {
    private JvmLimits() {}

    /** Agrona's buffers reach an internal package; without this check the first one would throw a riddle. */
    static void requireExports() {
        if (!Object.class.getModule().isExported("jdk.internal.misc", UnsafeBuffer.class.getModule())) {
            throw new IllegalStateException("start the JVM with --add-exports java.base/jdk.internal.misc=ALL-UNNAMED:"
                    + " Fairlead's off-heap tables need it");
        }
    }

    /** What the tables can grow to must fit, or the balancer would fail when it is busiest. */
    static void requireMemory(Settings settings, long otherLength) {
        final long directLength = directLength();
        final long needed = (long) settings.connectionLimit() * ConnectionTable.RECORD_LENGTH
                + (settings.pinning() ? PinTable.limitLength(settings.pinLimit()) : 0)
                + (settings.limits().countsSources() ? SourceSketch.length(settings.connectionLimit()) : 0)
                + (settings.limits().sourceRate() > 0 ? RateSketch.length() : 0)
                + SlabPool.limitLength(settings.readBufferLength(), settings.slabLimit())
                + SlabPool.limitLength(ForwardingLoop.HEAD_ROOM + settings.headerLimit(), settings.peekSlabLimit())
                + settings.readBufferLength()
                + otherLength;
        if (needed > directLength) {
            throw new IllegalArgumentException(String.format(
                    "these limits can take up to %d MiB of direct memory and the JVM allows %d MiB:"
                            + " start it with -XX:MaxDirectMemorySize=%dm, or lower the limits of connections, pins or slabs",
                    needed >> 20, directLength >> 20, (needed >> 20) + 16));
        }
    }

    /** How many descriptors the process may have; the JVM has raised its own limit to the hard one. */
    static long descriptorLimit() {
        final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : Long.MAX_VALUE;
    }

    /** Unless it is set, the JVM allows as much direct memory as heap. */
    static long directLength() {
        final HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        final long set = hotSpot == null
                ? 0
                : Long.parseLong(hotSpot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }
}
