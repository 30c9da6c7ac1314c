package io.craton.sql.function;

import java.util.UUID;

/** uuid: random ones. */
final class UuidFunctions {
    private UuidFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("gen_random_uuid", (context, call, a) -> UUID.randomUUID());
    }
}
