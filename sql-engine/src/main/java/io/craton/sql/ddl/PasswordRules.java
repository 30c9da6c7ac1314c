package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import java.util.Locale;

/**
 * What security.password_min_length asks of a new password, in the words of PostgreSQL's passwordcheck. A verifier, made by the client, shows nothing of the password:
 * it is refused while there are rules, but for superusers, who restore dumps.
 */
final class PasswordRules {
    private PasswordRules() {}

    static void check(String role, String password, Scope scope) {
        String value = scope.context().session().settingValue("craton.security.password_min_length");
        int least = value == null ? 0 : Integer.parseInt(value);
        if (least == 0) return;
        if (password.startsWith("SCRAM-SHA-256$")) {
            if (!scope.context().session().superuser()) refuse("password must not be encrypted already");
            return;
        }
        if (password.codePointCount(0, password.length()) < least) refuse("password is too short");
        if (password.toLowerCase(Locale.ROOT).contains(role.toLowerCase(Locale.ROOT))) refuse("password must not contain user name");
        boolean letters = password.codePoints().anyMatch(Character::isLetter);
        boolean others = password.codePoints().anyMatch(c -> !Character.isLetter(c));
        if (!letters || !others) refuse("password must contain both letters and nonletters");
    }

    private static void refuse(String why) {
        throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, why).exception();
    }
}
