package io.fairlead.bench.gate;

import java.util.function.BiFunction;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Regressions to plant in the engine: each does something needless for every read that is forwarded. */
enum Planted implements BiFunction<String, ClassVisitor, ClassVisitor> {
    /** Interest switched off and on again. */
    INTEREST_CHANGE("small-message.set-interest"),
    /** Sixteen bytes of array. */
    ALLOCATION("small-message.allocations"),
    /** What was read, copied onto itself. */
    COPY("small-message.copied-bytes"),
    /** A look at every byte of the buffer. */
    FULL_PASS("small-message.instructions");

    private static final String FORWARDER = "io/fairlead/core/loop/Forwarder";
    private static final String SOCKETS = "io/fairlead/core/loop/Sockets";
    private static final String BUFFER = "org/agrona/concurrent/UnsafeBuffer";
    private static final String METHOD = "onRead";
    private static final int SLOT = 1;
    private static final int LENGTH = 3;

    private final String figure;

    Planted(String figure) {
        this.figure = figure;
    }

    /** The figure that must show it. */
    String figure() {
        return figure;
    }

    @Override
    public ClassVisitor apply(String className, ClassVisitor next) {
        if (!className.replace('.', '/').equals(FORWARDER)) {
            return next;
        }
        return new ClassVisitor(Opcodes.ASM9, next) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] exceptions) {
                final MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
                return name.equals(METHOD) ? withAddition(method) : method;
            }
        };
    }

    private MethodVisitor withAddition(MethodVisitor method) {
        return new MethodVisitor(Opcodes.ASM9, method) {
            @Override
            public void visitCode() {
                super.visitCode();
                add(this);
            }
        };
    }

    private void add(MethodVisitor code) {
        switch (this) {
            case INTEREST_CHANGE -> {
                changeInterest(code, Opcodes.ICONST_0);
                changeInterest(code, Opcodes.ICONST_1);
            }
            case ALLOCATION -> {
                code.visitInsn(Opcodes.ICONST_4);
                code.visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_INT);
                code.visitInsn(Opcodes.POP);
            }
            case COPY -> {
                readBuffer(code);
                code.visitInsn(Opcodes.ICONST_0);
                readBuffer(code);
                code.visitInsn(Opcodes.ICONST_0);
                code.visitVarInsn(Opcodes.ILOAD, LENGTH);
                code.visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL, BUFFER, "putBytes", "(ILorg/agrona/DirectBuffer;II)V", false);
            }
            case FULL_PASS -> {
                readBuffer(code);
                code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, BUFFER, "hashCode", "()I", false);
                code.visitInsn(Opcodes.POP);
            }
            default -> throw new AssertionError(this);
        }
    }

    private static void readBuffer(MethodVisitor code) {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, FORWARDER, "readBuffer", "L" + BUFFER + ";");
    }

    private static void changeInterest(MethodVisitor code, int interest) {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, FORWARDER, "sockets", "L" + SOCKETS + ";");
        code.visitVarInsn(Opcodes.ILOAD, SLOT);
        code.visitInsn(Opcodes.ICONST_0);
        code.visitInsn(interest);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, SOCKETS, "set", "(III)V", false);
    }
}
