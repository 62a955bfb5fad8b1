package io.fairlead.bench.gate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.objectweb.asm.ClassVisitor;

/** Runs the workloads, each with classes of its own, so that none depends on what ran before. */
final class Counts {
    private static final String PACKAGE = "io.fairlead.bench.gate.workload.";
    private static final List<String> WORKLOADS =
            List.of("SmallMessages", "LargeMessages", "SlowReaders", "Lives", "IdleFleet", "Choices", "Memory");

    private static final String LOOPBACK = "Loopback";

    private Counts() {}

    /**
     * Run all.
     *
     * @param progress told the name of each.
     * @return figures by name, each for one operation.
     */
    static Map<String, Double> all(Consumer<String> progress) throws Exception {
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (final String workload : WORKLOADS) {
            progress.accept("counting " + workload);
            figures.putAll(of(workload, (name, next) -> next));
        }
        return figures;
    }

    /**
     * Run the one on epoll, where there is one.
     *
     * @param change what is done to each class first, see {@link CountingLoader}.
     * @return figures by name, without anything that says they are epoll's.
     */
    static Map<String, Double> ofEpoll(BiFunction<String, ClassVisitor, ClassVisitor> change) throws Exception {
        return of(LOOPBACK, change);
    }

    /**
     * Run one.
     *
     * @param workload simple name of its class.
     * @param change what is done to each class first, see {@link CountingLoader}.
     * @return its figures.
     */
    @SuppressWarnings("unchecked")
    static Map<String, Double> of(String workload, BiFunction<String, ClassVisitor, ClassVisitor> change)
            throws Exception {
        final Class<?> type = Class.forName(PACKAGE + workload, true, new CountingLoader(change));
        Tally.reset();
        return ((Callable<Map<String, Double>>) type.getConstructor().newInstance()).call();
    }
}
