package io.craton.sql.procedure;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Variables;
import io.craton.sql.logical.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of an SQL function in its body: by number, by name, by {@code function.name}; a column of that name hides them. Immutable. */
public record ArgumentVariables(String function, List<String> names, List<PgType> types, CatalogView catalog) implements Variables {
    public ArgumentVariables {
        names = List.copyOf(names);
        types = List.copyOf(types);
    }

    @Override
    public Precedence precedence() {
        return Precedence.COLUMN;
    }

    @Override
    public @Nullable Scalar find(List<String> path, boolean required, int position) {
        return switch (path.size()) {
            case 1 -> named(path.get(0));
            case 2 -> {
                Scalar qualified = path.get(0).equals(function) ? named(path.get(1)) : null;
                yield qualified != null ? qualified : field(named(path.get(0)), path.get(1));
            }
            case 3 -> path.get(0).equals(function) ? field(named(path.get(1)), path.get(2)) : null;
            default -> null;
        };
    }

    private @Nullable Scalar named(String name) {
        int index = name.isEmpty() ? -1 : names.indexOf(name);
        return index < 0 ? null : parameter(index + 1);
    }

    private @Nullable Scalar field(@Nullable Scalar row, String name) {
        if (row == null) return null;
        List<PgType.Field> fields = catalog.baseType(row.type()).fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).name().equals(name)) continue;
            return new Scalar.Field(row, i, catalog.requireType(fields.get(i).typeOid()), fields.get(i).typmod());
        }
        return null;
    }

    @Override
    public @Nullable Scalar parameter(int number) {
        return number < 1 || number > types.size() ? null : new Scalar.Parameter(number - 1, types.get(number - 1), -1);
    }
}
