setTimeout(function later() {
  undefined.property;
}, 1);
