package io.fairlead.bench.gate;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BiFunction;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;

/**
 * Loads a core and an Agrona of its own, whose every basic block adds its length to {@link Tally}, and the workloads that drive
 * them. The simulated network is loaded here too, as it is.
 *
 * <p>What is counted depends on the byte code alone, so neither on the JIT compiler nor on the machine nor on the load.
 */
final class CountingLoader extends ClassLoader {
    private static final String CORE = "io.fairlead.core.";
    private static final String AGRONA = "org.agrona.";
    private static final String WORKLOADS = "io.fairlead.bench.gate.workload.";
    private static final String SIMULATION = "io.fairlead.core.simulation.";

    private final BiFunction<String, ClassVisitor, ClassVisitor> change;

    /**
     * A loader of classes that nobody has used yet.
     *
     * @param change what is to be done to a class, by its name, before it is counted: a visitor in front of the one given. Tests
     *     plant regressions so.
     */
    CountingLoader(BiFunction<String, ClassVisitor, ClassVisitor> change) {
        super(CountingLoader.class.getClassLoader());
        this.change = change;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!isOwn(name)) {
                return super.loadClass(name, resolve);
            }
            final Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private static boolean isOwn(String name) {
        return name.startsWith(CORE) || name.startsWith(AGRONA) || name.startsWith(WORKLOADS);
    }

    private static boolean isCounted(String name) {
        return !name.startsWith(WORKLOADS) && !name.startsWith(SIMULATION);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            final byte[] original = in.readAllBytes();
            final byte[] code = isCounted(name) ? counted(name, original) : original;
            return defineClass(name, code, 0, code.length);
        } catch (final IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] counted(String name, byte[] original) {
        final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        final ClassVisitor counting = new CountingVisitor(new FixedEnvironment(writer));
        new ClassReader(original).accept(change.apply(name, counting), 0);
        return writer.toByteArray();
    }
}
