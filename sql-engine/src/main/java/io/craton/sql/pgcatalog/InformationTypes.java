package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.TypeMeasures;
import io.craton.sql.function.TypeNaming;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CollationDef;

/** The columns with which information_schema describes a data type: lengths, precisions, collation, domain and underlying type. */
final class InformationTypes {
    private final Catalog catalog;
    private final String database;

    InformationTypes(Catalog catalog, String database) {
        this.catalog = catalog;
        this.database = database;
    }

    /** data_type, lengths, precisions. */
    void describe(NamedRow row, PgType type, int typmod) {
        PgType base = base(type);
        int modifier = type.kind() == 'd' ? type.baseTypmod() : typmod;
        row.set("data_type", dataType(base));
        row.set("character_maximum_length", TypeMeasures.characterLength(base.oid(), modifier));
        row.set("character_octet_length", TypeMeasures.octetLength(base.oid(), modifier));
        row.set("numeric_precision", TypeMeasures.precision(base.oid(), modifier));
        row.set("numeric_precision_radix", TypeMeasures.radix(base.oid()));
        row.set("numeric_scale", TypeMeasures.scale(base.oid(), modifier));
        row.set("datetime_precision", TypeMeasures.datetimePrecision(base.oid(), modifier));
        row.set("interval_type", base.oid() == TypeOid.INTERVAL ? TypeMeasures.intervalFields(modifier) : null);
    }

    /** udt_catalog, udt_schema, udt_name under a prefix. */
    void udt(NamedRow row, String prefix, PgType type) {
        row.name(prefix, database, NamedViews.schema(catalog, type.namespaceOid()), type.name());
    }

    void collation(NamedRow row, int collation) {
        if (collation == 0 || collation == 100) return;
        CollationDef own = catalog.find(CollationDef.class, collation);
        String name = own != null ? own.name() : collation == 950 ? "C" : collation == 951 ? "POSIX" : collation == 962 ? "ucs_basic" : null;
        if (name == null) return;
        row.name("collation", database, own == null ? "pg_catalog" : NamedViews.schema(catalog, own.schemaOid()), name);
    }

    PgType base(PgType type) {
        PgType base = type;
        while (base.kind() == 'd') {
            PgType below = catalog.type(base.baseTypeOid());
            if (below == null) return base;
            base = below;
        }
        return base;
    }

    String dataType(PgType type) {
        if (type.elementOid() != 0 && type.length() == -1) return "ARRAY";
        if (type.namespaceOid() != Shape.PG_CATALOG) return "USER-DEFINED";
        return TypeNaming.format(type.oid(), TypeNaming.NO_TYPMOD, catalog, PgType::name);
    }
}
