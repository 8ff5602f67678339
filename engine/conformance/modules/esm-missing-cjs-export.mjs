import { nothing } from 'cjspkg';
