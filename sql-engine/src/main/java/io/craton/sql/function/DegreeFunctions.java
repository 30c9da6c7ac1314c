package io.craton.sql.function;

import java.util.function.DoubleUnaryOperator;

/** Trigonometry in degrees, exact at multiples of 30 and 45 degrees: values between are scaled by the functions' own values there. */
final class DegreeFunctions {
    private static final double RADIANS = Math.PI / 180;
    private static final double SIN_30 = Math.sin(30 * RADIANS);
    private static final double ONE_MINUS_COS_60 = 1 - Math.cos(60 * RADIANS);
    private static final double ASIN_HALF = Math.asin(0.5);
    private static final double ACOS_HALF = Math.acos(0.5);
    private static final double ATAN_ONE = Math.atan(1);
    private static final double TAN_45 = sinQuadrant(45) / cosQuadrant(45);
    private static final double COT_45 = cosQuadrant(45) / sinQuadrant(45);

    private DegreeFunctions() {}

    static void register(Kernels kernels) {
        unary(kernels, "dsind", DegreeFunctions::sin);
        unary(kernels, "dcosd", DegreeFunctions::cos);
        unary(kernels, "dtand", DegreeFunctions::tan);
        unary(kernels, "dcotd", DegreeFunctions::cot);
        unary(kernels, "dasind", x -> x >= 0 ? asinQuadrant(checked(x)) : -asinQuadrant(-checked(x)));
        unary(kernels, "dacosd", x -> x >= 0 ? acosQuadrant(checked(x)) : 90 + asinQuadrant(-checked(x)));
        unary(kernels, "datand", x -> Math.atan(x) / ATAN_ONE * 45);
        kernels.scalar("datan2d", (context, call, a) -> Math.atan2((Double) a[0], (Double) a[1]) / ATAN_ONE * 45);
    }

    private static void unary(Kernels kernels, String name, DoubleUnaryOperator operator) {
        kernels.scalar(name, (context, call, a) -> Double.isNaN((Double) a[0]) ? a[0] : operator.applyAsDouble((Double) a[0]));
    }

    private static double checked(double x) {
        if (x < -1 || x > 1) throw FloatFunctions.inputOutOfRange();
        return x;
    }

    private static double reduced(double degrees) {
        if (Double.isInfinite(degrees)) throw FloatFunctions.inputOutOfRange();
        return degrees % 360;
    }

    private static double sinSmall(double degrees) {
        return Math.sin(degrees * RADIANS) / SIN_30 / 2;
    }

    private static double cosSmall(double degrees) {
        return 1 - (1 - Math.cos(degrees * RADIANS)) / ONE_MINUS_COS_60 / 2;
    }

    private static double sinQuadrant(double degrees) {
        return degrees <= 30 ? sinSmall(degrees) : cosSmall(90 - degrees);
    }

    private static double cosQuadrant(double degrees) {
        return degrees <= 60 ? cosSmall(degrees) : sinSmall(90 - degrees);
    }

    private static double sin(double degrees) {
        double angle = reduced(degrees);
        int sign = 1;
        if (angle < 0) {
            angle = -angle;
            sign = -1;
        }
        if (angle > 180) {
            angle = 360 - angle;
            sign = -sign;
        }
        if (angle > 90) angle = 180 - angle;
        return sign * sinQuadrant(angle);
    }

    private static double cos(double degrees) {
        double angle = Math.abs(reduced(degrees));
        int sign = 1;
        if (angle > 180) angle = 360 - angle;
        if (angle > 90) {
            angle = 180 - angle;
            sign = -1;
        }
        return sign * cosQuadrant(angle);
    }

    private static double tan(double degrees) {
        double angle = reduced(degrees);
        int sign = 1;
        if (angle < 0) {
            angle = -angle;
            sign = -1;
        }
        if (angle > 180) {
            angle = 360 - angle;
            sign = -sign;
        }
        if (angle > 90) {
            angle = 180 - angle;
            sign = -sign;
        }
        double result = sign * (sinQuadrant(angle) / cosQuadrant(angle) / TAN_45);
        return result == 0 ? 0 : result;
    }

    private static double cot(double degrees) {
        double angle = reduced(degrees);
        int sign = 1;
        if (angle < 0) {
            angle = -angle;
            sign = -1;
        }
        if (angle > 180) {
            angle = 360 - angle;
            sign = -sign;
        }
        if (angle > 90) {
            angle = 180 - angle;
            sign = -sign;
        }
        double result = sign * (cosQuadrant(angle) / sinQuadrant(angle) / COT_45);
        return result == 0 ? 0 : result;
    }

    private static double asinQuadrant(double x) {
        return x <= 0.5 ? Math.asin(x) / ASIN_HALF * 30 : 90 - Math.acos(x) / ACOS_HALF * 60;
    }

    private static double acosQuadrant(double x) {
        return x <= 0.5 ? 90 - Math.asin(x) / ASIN_HALF * 30 : Math.acos(x) / ACOS_HALF * 60;
    }
}
