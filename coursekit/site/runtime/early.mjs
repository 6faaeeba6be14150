// The kernel's own worker, begun before the app: importing the boot module starts Python, and what the app sends to its
// worker meanwhile waits until both modules have run. COMLINK stands for the worker of the kernel extension.
import "./boot.mjs";
import "COMLINK";
