#!/bin/sh
# Fail when the core needs anything of the outside world: input, clock, entropy, environment,
# locale, threads. Usage: purity.sh LIBRARY...
allowed='arena_[a-z_]+|(mem|str)[a-z]+|__(mem|str|stack_chk|assert|v?snprintf|fprintf)[a-z_]*|_GLOBAL_OFFSET_TABLE_|'
allowed="$allowed"'v?snprintf|fprintf|stderr|abort|malloc|calloc|realloc|free|qsort|bsearch|strtod|__cpu_model|__cpu_features2|__cpu_indicator_init|__popcountdi2|__u?(div|mod|divmod)ti[34]|'
allowed="$allowed"'aligned_alloc|posix_memalign|'
# the mathematics library
allowed="$allowed"'(f?abs|exp|exp2|log|log2|log10|log1p|expm1|pow|sqrt|cbrt|floor|ceil|round|l?lround|l?lrint|rint|nearbyint|trunc|fmax|fmin|fmod|hypot|lgamma_r|tgamma|erfc?|sin|cos|tan|a(sin|cos|tan)|atan2|tanh|sinh|cosh|frexp|ldexp|copysign|isnan)f?|'
allowed="$allowed"'c(abs|exp|log|pow|sqrt)|ca?(sin|cos|tan)h?|__(mul|div)dc3|'
# libraries that are pure themselves
allowed="$allowed"'utf8proc_[a-z_]+|sb_stemmer_[a-z_]+|XXH[0-9A-Za-z_]+|pcre2_[a-z_0-9]+|cblas_[a-z]+|LAPACKE_[a-z_]+'
defined=$(nm --defined-only "$@" 2>/dev/null | awk 'NF == 3 {print $3}' | sort -u)
needed=$(nm -u "$@" | awk '$1 == "U" {print $2}' | sort -u)
impure=$(printf '%s\n' "$needed" | grep -vxF "$defined" | grep -vxE "$allowed")
mutable=$(objdump -t "$@" | awk '$0 ~ / O / && $0 ~ /[ \t]\.(data|bss)([.][a-zA-Z_]*)?[ \t]/ && $0 !~ /\.data\.rel\.ro/ {print $NF}')
[ -z "$impure" ] || echo "the core must not call: $(echo $impure)"
[ -z "$mutable" ] || echo "the core must have no mutable state: $(echo $mutable)"
[ -z "$impure$mutable" ]
