'use strict';
const spanlink = require('spanlink');
const carriers = require('spanlink/carriers');

import('../support/scenario.mjs').then(({ scenario }) => console.log(scenario(spanlink, carriers)));
