#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum err fault_set(struct fault *fault, enum err kind, const char *field, uint64_t line,
                   const char *file, int at, const char *format, ...)
{
    va_list arguments;

    *fault = (struct fault){.kind = kind, .line = line, .file = file, .at = at};
    (void)snprintf(fault->field, sizeof(fault->field), "%s", field);
    va_start(arguments, format);
    (void)vsnprintf(fault->text, sizeof(fault->text), format, arguments);
    va_end(arguments);
    return kind;
}
