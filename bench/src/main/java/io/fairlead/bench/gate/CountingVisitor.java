package io.fairlead.bench.gate;

import java.util.Locale;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Has each method of a class tell {@link Tally} what it does. */
final class CountingVisitor extends ClassVisitor {
    /** Where the C library is called, by method handles, a method for each function. */
    private static final String NATIVE = "io/fairlead/core/transport/epoll/";

    private boolean isNative;

    CountingVisitor(ClassVisitor next) {
        super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        isNative = name.startsWith(NATIVE);
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, String signature, String[] exceptions) {
        final MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        return next == null ? null : new CountingMethod(next, isNative ? figureName(name) : null);
    }

    /** As figures call it: words with dashes in between. */
    private static String figureName(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
