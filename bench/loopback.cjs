// Comunica listens at every address of the machine and has no option to change it; this keeps it home.
const { Server } = require('node:net');

const { listen } = Server.prototype;

Server.prototype.listen = function (port, ...rest) {
  const isPort = /^\d+$/.test(String(port));
  return isPort ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest);
};
