package io.fairlead.bench.gate;

import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Takes from counted code what differs between runs and machines: the seed of the pin table's hash, and how many descriptors
 * the process may have, of which the simulated network needs none.
 */
final class FixedEnvironment extends ClassVisitor {
    private static final int API = Opcodes.ASM9;
    private static final String LIMITS = "io/fairlead/core/JvmLimits";
    private static final String RANDOM = "java/security/SecureRandom";
    private static final String FIXED_RANDOM = "io/fairlead/bench/gate/FixedRandom";
    private static final long DESCRIPTOR_LIMIT = 1L << 22;

    private String className;

    FixedEnvironment(ClassVisitor next) {
        super(API, next);
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        className = name;
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, String signature, String[] exceptions) {
        final MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (className.equals(LIMITS) && name.equals("descriptorLimit")) {
            method.visitCode();
            method.visitLdcInsn(DESCRIPTOR_LIMIT);
            method.visitInsn(Opcodes.LRETURN);
            method.visitMaxs(0, 0);
            method.visitEnd();
            return null;
        }
        return new FixedMethod(method);
    }

    private static final class FixedMethod extends MethodVisitor {
        FixedMethod(MethodVisitor next) {
            super(API, next);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, fixed(type));
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            super.visitMethodInsn(opcode, fixed(owner), name, descriptor, isInterface);
        }

        private static String fixed(String type) {
            return type.equals(RANDOM) ? FIXED_RANDOM : type;
        }
    }
}
