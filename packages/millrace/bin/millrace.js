#!/usr/bin/env node
// Stands apart from what is built, so that npm can link the command before the first build.
import '../dist/cli.js';
