package io.craton.sql.ddl;

import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A routine's definition while a statement makes or changes it. One statement. */
final class RoutineDraft {
    int oid;
    int schema;
    String name = "";
    int owner;
    char kind = 'f';
    String language = "";
    List<Integer> types = List.of();
    String modes = "";
    List<String> names = List.of();
    List<String> defaults = List.of();
    int returnType;
    boolean returnsSet;
    int variadic;
    boolean strict;
    char volatility = 'v';
    char parallel = 'u';
    boolean securityDefiner;
    boolean leakproof;
    /** Negative: the language's default. */
    double cost = -1;
    double rows = -1;
    Map<String, String> settings = new LinkedHashMap<>();
    String body = "";
    boolean sqlBody;
    @Nullable String acl;

    static RoutineDraft of(RoutineDef r) {
        RoutineDraft draft = new RoutineDraft();
        draft.oid = r.oid();
        draft.schema = r.schemaOid();
        draft.name = r.name();
        draft.owner = r.owner();
        draft.kind = r.kind();
        draft.language = r.language();
        draft.types = r.allArgTypes();
        draft.modes = r.argModes();
        draft.names = r.argNames();
        draft.defaults = r.argDefaults();
        draft.returnType = r.returnTypeOid();
        draft.returnsSet = r.returnsSet();
        draft.variadic = r.variadicTypeOid();
        draft.strict = r.strict();
        draft.volatility = r.volatility();
        draft.parallel = r.parallel();
        draft.securityDefiner = r.securityDefiner();
        draft.leakproof = r.leakproof();
        draft.cost = r.cost();
        draft.rows = r.rows();
        draft.settings = new LinkedHashMap<>(r.settings());
        draft.body = r.body();
        draft.sqlBody = r.sqlBody();
        draft.acl = r.acl();
        return draft;
    }

    RoutineDraft acl(@Nullable String value) {
        acl = value;
        return this;
    }

    RoutineDraft schema(int value) {
        schema = value;
        return this;
    }

    RoutineDraft name(String value) {
        name = value;
        return this;
    }

    RoutineDraft owner(int value) {
        owner = value;
        return this;
    }

    RoutineDef make() {
        return new RoutineDef(oid, schema, name, owner, kind, language, types, modes, names, defaults, returnType, returnsSet, variadic, strict,
                volatility, parallel, securityDefiner, leakproof, cost, rows, settings, body, sqlBody, acl);
    }
}
