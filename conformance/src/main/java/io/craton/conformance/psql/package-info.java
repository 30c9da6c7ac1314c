/**
 * What psql does with a script before anything is sent: cutting it into statements, its variables, its conditions, the arguments of its commands.
 * Texts are Latin-1 images of bytes, so that scripts in any encoding pass unchanged.
 */
package io.craton.conformance.psql;
