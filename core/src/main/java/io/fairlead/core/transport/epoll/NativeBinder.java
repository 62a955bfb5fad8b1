package io.fairlead.core.transport.epoll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Binds functions of the C library through {@code java.lang.foreign}, which is looked up reflectively: it is final from JDK
 * 22 on, and this is compiled for Java 17. Reflection happens while binding; the handles are called directly.
 *
 * <p>A handle's type is primitive, addresses being {@code long}, but for the first parameter where {@code errno} is wanted: an
 * Object, which is the segment that takes it ({@link #newErrnoSegment()}). Such a handle allocates a slice of that segment with
 * each call until the JIT compiler has inlined it whole, which nothing guarantees.
 *
 * <p><b>Thread safe.</b>
 */
final class NativeBinder {
    private static final String FOREIGN = "java.lang.foreign.";
    private static final String ERRNO = "errno";

    private final Class<?> layoutType = type("MemoryLayout");
    private final Class<?> segmentType = type("MemorySegment");
    private final Class<?> optionType = type("Linker$Option");
    private final Class<?> descriptorType = type("FunctionDescriptor");
    private final Object linker = invokeStatic(type("Linker"), "nativeLinker");
    private final Object lookup = invoke(type("Linker"), linker, "defaultLookup");
    private final Object captureOption = option("captureCallState", String[].class, new String[] {ERRNO});
    private final Object captureLayout = invokeStatic(optionType, "captureStateLayout");

    /** Whether a call may keep the garbage collector from stopping the thread: only if it cannot wait. */
    enum Duration {
        /** Returns at once: called without the transition that lets the collector through. */
        BRIEF,
        /** May wait. */
        BLOCKING
    }

    /**
     * Bind a function of which only the result is wanted: that is for the byte path, as its handle never allocates.
     *
     * @param name as the C library exports it.
     * @param duration whether it may wait.
     * @param result int or long.
     * @param parameters int or long each.
     * @return its handle, of type {@code (parameters...)result}.
     * @throws LinkageError if the library has none of that name.
     */
    MethodHandle bindWithoutErrno(String name, Duration duration, Class<?> result, Class<?>... parameters) {
        return bind(name, options(duration), result, parameters);
    }

    /**
     * Bind a function.
     *
     * @param name as the C library exports it.
     * @param duration whether it may wait.
     * @param result int or long.
     * @param parameters int or long each, without the segment for errno.
     * @return its handle, of type {@code (Object, parameters...)result}.
     * @throws LinkageError if the library has none of that name.
     */
    MethodHandle bind(String name, Duration duration, Class<?> result, Class<?>... parameters) {
        return bindWithErrno(name, options(duration), result, parameters);
    }

    /**
     * Bind a variadic function for given arguments.
     *
     * @param name as the C library exports it.
     * @param fixedCount how many of the parameters are declared by name.
     * @param result int or long.
     * @param parameters int or long each, without the segment for errno.
     * @return its handle, of type {@code (Object, parameters...)result}.
     * @throws LinkageError if the library has none of that name.
     */
    MethodHandle bindVariadic(String name, int fixedCount, Class<?> result, Class<?>... parameters) {
        final List<Object> options = options(Duration.BRIEF);
        options.add(option("firstVariadicArg", int.class, fixedCount));
        return bindWithErrno(name, options, result, parameters);
    }

    private List<Object> options(Duration duration) {
        final List<Object> options = new ArrayList<>();
        if (duration == Duration.BRIEF) {
            options.add(option("critical", boolean.class, false));
        }
        return options;
    }

    private MethodHandle bindWithErrno(String name, List<Object> options, Class<?> result, Class<?>... parameters) {
        options.add(captureOption);
        return bind(name, options, result, parameters)
                .asType(MethodType.methodType(result, parameters).insertParameterTypes(0, Object.class));
    }

    private MethodHandle bind(String name, List<Object> options, Class<?> result, Class<?>... parameters) {
        final Optional<?> symbol =
                (Optional<?>) invoke(type("SymbolLookup"), lookup, "find", new Class<?>[] {String.class}, name);
        final Object address =
                symbol.orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
        return (MethodHandle) invoke(
                type("Linker"),
                linker,
                "downcallHandle",
                new Class<?>[] {segmentType, descriptorType, optionType.arrayType()},
                address,
                descriptor(result, parameters),
                array(optionType, options));
    }

    /** A segment for {@code errno}, to be handed to handles of one thread at a time; freed when it is unreachable. */
    Object newErrnoSegment() {
        final Object arena = invokeStatic(type("Arena"), "ofAuto");
        return invoke(type("Arena"), arena, "allocate", new Class<?>[] {layoutType}, captureLayout);
    }

    /** Where in memory such a segment has the number. */
    long errnoAddress(Object errnoSegment) {
        final Class<?> elementType = type("MemoryLayout$PathElement");
        final Object element = invokeStatic(elementType, "groupElement", new Class<?>[] {String.class}, ERRNO);
        final Object path = array(elementType, List.of(element));
        final long offset =
                (long) invoke(layoutType, captureLayout, "byteOffset", new Class<?>[] {elementType.arrayType()}, path);
        return (long) invoke(segmentType, errnoSegment, "address") + offset;
    }

    /**
     * Whether code of this module may bind functions without the JVM warning, or refusing.
     *
     * @return true where the JVM was started with {@code --enable-native-access}, or the jar's manifest says so.
     */
    static boolean isAccessEnabled() {
        try {
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(NativeBinder.class.getModule());
        } catch (final ReflectiveOperationException e) {
            return false;
        }
    }

    private Object descriptor(Class<?> result, Class<?>... parameters) {
        final List<Object> layouts = new ArrayList<>();
        for (final Class<?> parameter : parameters) {
            layouts.add(layout(parameter));
        }
        return invokeStatic(
                descriptorType,
                "of",
                new Class<?>[] {layoutType, layoutType.arrayType()},
                layout(result),
                array(layoutType, layouts));
    }

    private static Object layout(Class<?> primitive) {
        try {
            return type("ValueLayout")
                    .getField(primitive == int.class ? "JAVA_INT" : "JAVA_LONG")
                    .get(null);
        } catch (final ReflectiveOperationException e) {
            throw linkageError(e);
        }
    }

    private Object option(String name, Class<?> parameter, Object argument) {
        return invokeStatic(optionType, name, new Class<?>[] {parameter}, argument);
    }

    private static Object array(Class<?> componentType, List<Object> elements) {
        final Object array = Array.newInstance(componentType, elements.size());
        for (int i = 0; i < elements.size(); i++) {
            Array.set(array, i, elements.get(i));
        }
        return array;
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(FOREIGN + name);
        } catch (final ClassNotFoundException e) {
            throw linkageError(e);
        }
    }

    private static Object invokeStatic(Class<?> type, String name) {
        return invokeStatic(type, name, new Class<?>[0]);
    }

    private static Object invokeStatic(Class<?> type, String name, Class<?>[] parameters, Object... arguments) {
        return invoke(type, null, name, parameters, arguments);
    }

    private static Object invoke(Class<?> type, Object target, String name) {
        return invoke(type, target, name, new Class<?>[0]);
    }

    private static Object invoke(
            Class<?> type, Object target, String name, Class<?>[] parameters, Object... arguments) {
        try {
            final Method method = type.getMethod(name, parameters);
            return method.invoke(target, arguments);
        } catch (final InvocationTargetException e) {
            throw linkageError(e.getCause());
        } catch (final ReflectiveOperationException e) {
            throw linkageError(e);
        }
    }

    private static LinkageError linkageError(Throwable cause) {
        return new LinkageError(cause.toString(), cause);
    }
}
