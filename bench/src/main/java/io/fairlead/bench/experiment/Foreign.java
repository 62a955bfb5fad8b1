package io.fairlead.bench.experiment;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code java.lang.foreign}, reached by reflection because this is compiled for JDK 17, which has it only as a preview.
 * Everything happens once, when handles are bound; calls through them know nothing of it. <b>Immutable.</b>
 */
final class Foreign {
    private static final int FIRST_FEATURE = 22;
    private static final String PACKAGE = "java.lang.foreign.";

    private final Class<?> linkerType = type("Linker");
    private final Class<?> optionType = type("Linker$Option");
    private final Object linker = call(linkerType, "nativeLinker", null);
    private final Object lookup = call(linkerType, "defaultLookup", linker);

    /** How a function behaves. */
    enum Conduct {
        /** It returns at once: the thread need not tell the JVM that it leaves Java, which makes the call cheaper. */
        CRITICAL,
        /** It may wait, and must not keep the JVM from stopping the other threads meanwhile. */
        BLOCKING
    }

    /** Why nothing can be called here; null if it can. */
    static String missing() {
        final String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.toLowerCase(Locale.ROOT).matches("linux (amd64|aarch64)")) {
            return "needs Linux on x86-64 or aarch64, and this is " + system;
        }
        final int feature = Runtime.version().feature();
        return feature < FIRST_FEATURE
                ? "needs JDK " + FIRST_FEATURE + " or newer for java.lang.foreign, and this is JDK " + feature
                : null;
    }

    /**
     * Bind a function of the C library.
     *
     * @param function its name.
     * @param conduct whether it may wait.
     * @param fixedCount parameters before the variable ones; -1 if there are none of those.
     * @param result int or long.
     * @param parameters int and long; addresses are long.
     * @return a handle whose first parameter, of type Object, is where {@code errno} goes: see {@link #segment}.
     */
    MethodHandle bind(String function, Conduct conduct, int fixedCount, Class<?> result, Class<?>... parameters) {
        final Class<?> layoutType = type("MemoryLayout");
        final Class<?> descriptorType = type("FunctionDescriptor");
        final Object layouts = Array.newInstance(layoutType, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            Array.set(layouts, i, layout(parameters[i]));
        }
        final Object descriptor =
                call(descriptorType, "of", null, List.of(layoutType, layouts.getClass()), layout(result), layouts);
        final Optional<?> symbol =
                (Optional<?>) call(type("SymbolLookup"), "find", lookup, List.of(String.class), function);
        final Object options = options(conduct, fixedCount);
        final MethodHandle handle = (MethodHandle) call(
                linkerType,
                "downcallHandle",
                linker,
                List.of(type("MemorySegment"), descriptorType, options.getClass()),
                symbol.orElseThrow(() -> new UnsatisfiedLinkError(function)),
                descriptor,
                options);
        return handle.asType(handle.type().changeParameterType(0, Object.class));
    }

    /** A direct buffer as the foreign functions want to see it. */
    static Object segment(ByteBuffer buffer) {
        return call(type("MemorySegment"), "ofBuffer", null, List.of(java.nio.Buffer.class), buffer);
    }

    private Object options(Conduct conduct, int fixedCount) {
        final List<Object> options = new ArrayList<>();
        options.add(
                call(optionType, "captureCallState", null, List.of(String[].class), (Object) new String[] {"errno"}));
        if (conduct == Conduct.CRITICAL) {
            options.add(call(optionType, "critical", null, List.of(boolean.class), false));
        }
        if (fixedCount >= 0) {
            options.add(call(optionType, "firstVariadicArg", null, List.of(int.class), fixedCount));
        }
        return options.toArray((Object[]) Array.newInstance(optionType, 0));
    }

    private static Object layout(Class<?> primitive) {
        try {
            return type("ValueLayout")
                    .getField(primitive == int.class ? "JAVA_INT" : "JAVA_LONG")
                    .get(null);
        } catch (final ReflectiveOperationException e) {
            throw new LinkageError("java.lang.foreign is not as expected", e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(PACKAGE + name);
        } catch (final ClassNotFoundException e) {
            throw new LinkageError(missing(), e);
        }
    }

    private static Object call(Class<?> type, String name, Object target) {
        return call(type, name, target, List.of());
    }

    private static Object call(
            Class<?> type, String name, Object target, List<Class<?>> parameters, Object... arguments) {
        try {
            final Method method = type.getMethod(name, parameters.toArray(new Class<?>[0]));
            return method.invoke(target, arguments);
        } catch (final InvocationTargetException e) {
            throw new LinkageError(name + ": " + e.getCause(), e.getCause());
        } catch (final ReflectiveOperationException e) {
            throw new LinkageError("java.lang.foreign is not as expected", e);
        }
    }
}
