package io.craton.wire.flow;

import io.craton.core.session.ForwardingSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;

/** Answers to a function call: the one row of its result goes out as FunctionCallResponse, and nothing tells of columns or of completion. */
final class FunctionResult extends ForwardingSink {
    private final Answers answers;

    FunctionResult(Answers answers) {
        super(answers);
        this.answers = answers;
    }

    @Override
    public void rowDescription(RowDescription columns) {}

    @Override
    public ByteWriter beginRow(int columns) {
        if (columns != 1) throw new IllegalStateException("a function's result has " + columns + " columns");
        return answers.beginFunctionResult();
    }

    @Override
    public void commandComplete(String tag) {
        answers.completed(tag);
    }
}
