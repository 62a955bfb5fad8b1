package io.fairlead.edge;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Handlers for the signals of the operating system, through {@code sun.misc.Signal}. It is reached by reflection because
 * a direct reference does not compile for a Java release.
 */
final class Signals {
    private Signals() {}

    /**
     * Handle a signal from now on.
     *
     * @param signal its name without SIG, such as {@code TERM}.
     * @param handler called on a thread of the JVM's; it must return soon.
     * @return false if this JVM cannot, or will not (as with {@code -Xrs}).
     */
    static boolean handle(String signal, Runnable handler) {
        try {
            final Class<?> signalType = Class.forName("sun.misc.Signal");
            final Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            final Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calling(handler));
            final Object instance = signalType.getConstructor(String.class).newInstance(signal);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, instance, proxy);
            return true;
        } catch (final ClassNotFoundException expected) {
            return false;
        } catch (final InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return false;
            }
            throw new IllegalStateException("cannot handle SIG" + signal, e.getCause());
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("sun.misc.Signal is not what it used to be", e);
        }
    }

    private static InvocationHandler calling(Runnable handler) {
        return (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                handler.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "fairlead signal handler";
        };
    }
}
