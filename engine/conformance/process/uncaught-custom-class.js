class ValidationError extends Error { constructor(message, field) { super(message); this.name = 'ValidationError'; this.field = field; } }
const check = (value) => { if (value === undefined) throw new ValidationError('value is missing', 'value'); };
check();
