try { null.x; } catch (error) {
  error.message += ' (rethrown)';
  throw error;
}
