package io.fairlead.bench.gate;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Adds to each basic block, just before what ends it, a call that tells its length; before each allocation and each call that
 * moves a block of memory, one that tells of that. What is added leaves the operand stack as it was, so that the frames of the
 * class file stay right.
 *
 * <p>A block that an exception leaves early is not counted.
 */
final class CountingMethod extends MethodVisitor {
    private static final String TALLY = "io/fairlead/bench/gate/Tally";
    private static final String MEMORY = "org/agrona/UnsafeApi";
    private static final int REFERENCE_LENGTH = 4;

    private static final String HANDLE = "java/lang/invoke/MethodHandle";

    private final String nativeFunction;
    private int pendingCount;

    /**
     * Count a method.
     *
     * @param next what is told of the method with what is added.
     * @param nativeFunction what its method handles call, as figures name it; null if they are nobody's concern.
     */
    CountingMethod(MethodVisitor next, String nativeFunction) {
        super(Opcodes.ASM9, next);
        this.nativeFunction = nativeFunction;
    }

    private void endBlock() {
        if (pendingCount > 0) {
            super.visitLdcInsn(pendingCount);
            tell("executed", "(I)V");
            pendingCount = 0;
        }
    }

    private void tell(String what, String descriptor) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, TALLY, what, descriptor, false);
    }

    /** Tell of the length on top of the stack, an int of elements. */
    private void tellLength(String what, int elementLength) {
        super.visitInsn(Opcodes.DUP);
        super.visitInsn(Opcodes.I2L);
        super.visitLdcInsn((long) elementLength);
        super.visitInsn(Opcodes.LMUL);
        tell(what, "(J)V");
    }

    @Override
    public void visitLabel(Label label) {
        endBlock();
        super.visitLabel(label);
    }

    @Override
    public void visitInsn(int opcode) {
        pendingCount++;
        if (opcode == Opcodes.ATHROW || (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN)) {
            endBlock();
        }
        super.visitInsn(opcode);
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        pendingCount++;
        if (opcode == Opcodes.NEWARRAY) {
            tell("allocated", "()V");
            tellLength("reserved", elementLength(operand));
        }
        super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitVarInsn(int opcode, int index) {
        pendingCount++;
        super.visitVarInsn(opcode, index);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        pendingCount++;
        if (opcode == Opcodes.ANEWARRAY) {
            tell("allocated", "()V");
            tellLength("reserved", REFERENCE_LENGTH);
        }
        super.visitTypeInsn(opcode, type);
        if (opcode == Opcodes.NEW) {
            // Behind it: frames know an object without a constructor by the place of its instruction.
            tell("allocated", "()V");
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        pendingCount++;
        super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        pendingCount++;
        if (owner.equals(MEMORY) && name.equals("copyMemory")) {
            super.visitInsn(Opcodes.DUP2);
            tell("copied", "(J)V");
        } else if (owner.equals(MEMORY) && name.equals("setMemory")) {
            tellFilled();
        } else if (owner.equals("java/lang/System") && name.equals("arraycopy")) {
            tellLength("copied", 1);
        } else if (owner.equals("java/nio/ByteBuffer") && name.equals("allocateDirect")) {
            tellLength("reserved", 1);
        } else if (nativeFunction != null && owner.equals(HANDLE) && name.equals("invokeExact")) {
            super.visitLdcInsn(nativeFunction);
            tell("called", "(Ljava/lang/String;)V");
        }
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    /** The length stands below the byte to fill with. */
    private void tellFilled() {
        super.visitInsn(Opcodes.DUP_X2);
        super.visitInsn(Opcodes.POP);
        super.visitInsn(Opcodes.DUP2);
        tell("copied", "(J)V");
        super.visitInsn(Opcodes.DUP2_X1);
        super.visitInsn(Opcodes.POP2);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
        pendingCount++;
        if (!descriptor.startsWith("()")) {
            tell("allocated", "()V");
        }
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        pendingCount++;
        endBlock();
        super.visitJumpInsn(opcode, label);
    }

    @Override
    public void visitLdcInsn(Object value) {
        pendingCount++;
        super.visitLdcInsn(value);
    }

    @Override
    public void visitIincInsn(int index, int increment) {
        pendingCount++;
        super.visitIincInsn(index, increment);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
        pendingCount++;
        endBlock();
        super.visitTableSwitchInsn(min, max, otherwise, labels);
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
        pendingCount++;
        endBlock();
        super.visitLookupSwitchInsn(otherwise, keys, labels);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensionCount) {
        pendingCount++;
        tell("allocated", "()V");
        super.visitMultiANewArrayInsn(descriptor, dimensionCount);
    }

    private static int elementLength(int type) {
        return switch (type) {
            case Opcodes.T_LONG, Opcodes.T_DOUBLE -> Long.BYTES;
            case Opcodes.T_INT, Opcodes.T_FLOAT -> Integer.BYTES;
            case Opcodes.T_SHORT, Opcodes.T_CHAR -> Short.BYTES;
            default -> 1;
        };
    }
}
